/* SPDX-License-Identifier: BSD-2-Clause */
#include "gic/registers.h"
#include "gic/gic.h"

uint8_t gic_frame_index[FRAMES][FRAME_INDEXED / 4];

/* Whether a register exists. A bank with bits for each INTID ends with the last INTID. */
static bool implemented(const struct gic_bank *bank, uint32_t offset)
{
    if (bank->bits == 0)
        return true;
    uint32_t intid = (offset - bank->first) * 8 / bank->bits;
    return intid >= bank->from && intid < vmm_config.gic_intids;
}

uint8_t gic_frame_search(const struct gic_frame *frame, uint32_t offset)
{
    uint8_t n = 0;
    while (n < frame->count && frame->banks[n].end <= offset)
        n++;
    bool found = n < frame->count && frame->banks[n].first <= offset;
    return found && implemented(&frame->banks[n], offset) ? n + 1 : 0;
}

void gic_frame_init(const struct gic_frame *frame)
{
    for (uint32_t offset = 0; offset < FRAME_INDEXED; offset += 4)
        gic_frame_index[frame->id][offset / 4] = gic_frame_search(frame, offset);
}
