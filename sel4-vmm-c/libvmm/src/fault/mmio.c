/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault/mmio.h"
#include "fault/decode.h"
#include "gic/gic.h"
#include "kernel.h"

static struct mmio_range ranges[FAULT_MAX_RANGES];
static size_t range_count;

static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
    return a < b ? b - a < a_size : a - b < b_size;
}

/* Whether the range overlaps the interrupt controller. */
static bool overlaps_gic(uint64_t base, size_t size)
{
    if (vmm_config.gic_version == 2)
        return overlap(base, size, vmm_config.gicd_ipa, GICD_SIZE);
    return overlap(base, size, vmm_config.gicd_ipa, GICV3_FRAME_SIZE) ||
           overlap(base, size, vmm_config.gicr_ipa, vmm_config.vcpus * GICR_STRIDE);
}

bool fault_register_vm_exception_handler(uintptr_t base, size_t size,
                                         vm_exception_handler_t callback, void *data)
{
    if (size == 0 || !callback || base > UINTPTR_MAX - (size - 1) ||
        range_count == FAULT_MAX_RANGES || overlaps_gic(base, size))
        return false;
    for (size_t i = 0; i < range_count; i++) {
        if (overlap(base, size, ranges[i].base, ranges[i].size))
            return false;
    }
    ranges[range_count++] = (struct mmio_range){base, size, callback, data};
    return true;
}

void mmio_forget(void)
{
    range_count = 0;
}

const struct mmio_range *mmio_find(uint64_t ipa, size_t bytes)
{
    for (size_t i = 0; i < range_count; i++) {
        if (ipa >= ranges[i].base && bytes <= ranges[i].size &&
            ipa - ranges[i].base <= ranges[i].size - bytes)
            return &ranges[i];
    }
    return NULL;
}

uint64_t extend_load(uint64_t value, size_t bytes, bool sign_extend, bool to_64)
{
    unsigned unused = 64 - 8 * (unsigned)bytes;
    value = value << unused >> unused;
    if (sign_extend)
        value = (uint64_t)((int64_t)(value << unused) >> unused);
    return to_64 ? value : (uint32_t)value;
}

seL4_Word *context_register(seL4_UserContext *regs, unsigned n)
{
    return n < REGISTER_31 ? (seL4_Word *)regs + context_gpr[n] : NULL;
}

static seL4_Word *register_of(seL4_UserContext *regs, uint64_t fsr)
{
    return context_register(regs, fsr >> ISS_SRT_SHIFT & 0x1f);
}

static size_t bytes_of(uint64_t fsr)
{
    return (size_t)1 << (fsr >> ISS_SAS_SHIFT & 3);
}

bool fault_is_write(uint64_t fsr)
{
    return fsr & ISS_WNR;
}

bool fault_is_read(uint64_t fsr)
{
    return !fault_is_write(fsr);
}

uint64_t fault_get_data(seL4_UserContext *regs, uint64_t fsr)
{
    const seL4_Word *source = register_of(regs, fsr);
    return source ? *source : 0;
}

uint64_t fault_get_data_mask(uint64_t addr, uint64_t fsr)
{
    uint64_t ones = UINT64_MAX >> (64 - 8 * bytes_of(fsr));
    return bytes_of(fsr) == 8 ? ones : ones << addr % 4 * 8;
}

void fault_emulate_write(seL4_UserContext *regs, size_t addr, size_t fsr, size_t reg_val)
{
    seL4_Word *target = register_of(regs, fsr);
    uint64_t value = bytes_of(fsr) == 8 ? reg_val : reg_val >> addr % 4 * 8;
    if (target)
        *target = extend_load(value, bytes_of(fsr), fsr & ISS_SSE, fsr & ISS_SF);
}
