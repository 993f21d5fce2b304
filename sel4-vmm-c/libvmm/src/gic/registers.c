/* SPDX-License-Identifier: BSD-2-Clause */
#include "gic/registers.h"
#include "gic/gic.h"

void gic_frame_init(struct gic_frame *frame)
{
    uint8_t bank = 0;
    for (uint32_t i = 0; i < GIC_INDEX_SIZE; i++) {
        while (bank < frame->count && frame->banks[bank].end <= i * GIC_INDEX_STEP)
            bank++;
        frame->index[i] = bank;
    }
}

/* Whether a register exists. A bank with bits for each INTID ends with the last INTID. */
static bool implemented(const struct gic_bank *bank, uint32_t offset)
{
    if (bank->bits == 0)
        return true;
    uint32_t intid = (offset - bank->first) * 8 / bank->bits;
    return intid >= bank->from && intid < vmm_config.gic_intids;
}

const struct gic_bank *gic_frame_find(const struct gic_frame *frame, uint32_t offset,
                                      uint32_t bytes)
{
    uint32_t step = offset / GIC_INDEX_STEP;
    const struct gic_bank *end = frame->banks + frame->count;
    const struct gic_bank *bank =
        frame->banks + frame->index[step < GIC_INDEX_SIZE ? step : GIC_INDEX_SIZE - 1];
    while (bank < end && bank->end <= offset)
        bank++;
    bool found = bank < end && bank->first <= offset && bank->accesses & bytes;
    return found && implemented(bank, offset) ? bank : NULL;
}

static uint32_t shift_of(const struct gic_bank *bank, uint32_t offset)
{
    return (offset & (bank->width - 1u)) * 8;
}

uint64_t gic_bank_read(const struct gic_bank *bank, size_t cpu, uint32_t offset, uint32_t bytes)
{
    if (!bank->read)
        return 0;
    uint64_t value = bank->read(cpu, (offset - bank->first) / bank->width);
    return value >> shift_of(bank, offset) & UINT64_MAX >> (64 - bytes * 8);
}

void gic_bank_write(const struct gic_bank *bank, size_t cpu, uint32_t offset, uint32_t bytes,
                    uint64_t value)
{
    if (!bank->write)
        return;
    uint32_t shift = shift_of(bank, offset);
    uint64_t lanes = UINT64_MAX >> (64 - bytes * 8) << shift;
    bank->write(cpu, (offset - bank->first) / bank->width, value << shift & lanes, lanes);
}
