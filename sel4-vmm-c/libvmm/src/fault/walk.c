/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault/walk.h"
#include "kernel.h"
#include <libvmm/vmm.h>

enum {
    SCTLR_M = 1 << 0,
    TCR_TBI0_BIT = 37, /* TBI1: the bit above */

    DESCRIPTOR_VALID = 1 << 0,
    DESCRIPTOR_TABLE = 1 << 1, /* or, at level 3, a page */
    LAST_LEVEL = 3,
    VA_BITS_LEAST = 16,
    VA_BITS_MOST = 48
};

static const uint64_t output_mask = UINT64_C(0x0000fffffffff000);

/* How one half of the address space is translated: fields of TCR_EL1 and the table's address. */
struct regime {
    uint64_t table;
    unsigned va_bits;
    unsigned granule; /* logarithm: 12, 14, 16; 0: reserved value */
};

static struct regime regime_of(size_t vcpu_id, uint64_t tcr, bool upper)
{
    static const uint8_t granule0[] = {12, 16, 14, 0};
    static const uint8_t granule1[] = {0, 14, 12, 16};
    seL4_VCPUReg base = upper ? seL4_VCPUReg_TTBR1 : seL4_VCPUReg_TTBR0;
    return (struct regime){
        .table = kernel_read_vcpu(vcpu_id, base) & (output_mask | 0xffe),
        .va_bits = 64 - (unsigned)(tcr >> (upper ? 16 : 0) & 0x3f),
        .granule = upper ? granule1[tcr >> 30 & 3] : granule0[tcr >> 14 & 3],
    };
}

/* Is va inside its half? With top-byte-ignore its highest 8 bits don't count. */
static bool in_range(uint64_t va, unsigned va_bits, bool upper, bool ignore_top)
{
    uint64_t beyond = (ignore_top ? va << 8 >> 8 : va) >> va_bits;
    uint64_t ones = (ignore_top ? UINT64_MAX >> 8 : UINT64_MAX) >> va_bits;
    return beyond == (upper ? ones : 0);
}

struct walk walk_stage1(size_t vcpu_id, uint64_t va)
{
    if (!(kernel_read_vcpu(vcpu_id, seL4_VCPUReg_SCTLR) & SCTLR_M))
        return (struct walk){WALK_MAPPED, 0, va};
    uint64_t tcr = kernel_read_vcpu(vcpu_id, seL4_VCPUReg_TCR);
    bool upper = va >> 55 & 1;
    struct regime regime = regime_of(vcpu_id, tcr, upper);
    if (regime.granule == 0 || regime.va_bits < VA_BITS_LEAST || regime.va_bits > VA_BITS_MOST ||
        !in_range(va, regime.va_bits, upper, tcr >> (TCR_TBI0_BIT + upper) & 1))
        return (struct walk){WALK_UNMAPPED, 0, 0};

    unsigned stride = regime.granule - 3; /* bits that a table resolves */
    unsigned levels = (regime.va_bits - regime.granule + stride - 1) / stride;
    uint64_t index_mask =
        (UINT64_C(1) << (regime.va_bits - regime.granule - (levels - 1) * stride)) - 1;
    uint64_t table = regime.table;
    for (unsigned level = LAST_LEVEL + 1 - levels;; level++) {
        unsigned shift = regime.granule + (LAST_LEVEL - level) * stride;
        const uint64_t *entry = guest_ram(table + (va >> shift & index_mask) * 8, 8);
        if (!entry)
            return (struct walk){WALK_OUTSIDE_RAM, level, 0};
        uint64_t descriptor = __atomic_load_n(entry, __ATOMIC_RELAXED);
        bool table_or_page = descriptor & DESCRIPTOR_TABLE;
        if (!(descriptor & DESCRIPTOR_VALID) || (level == LAST_LEVEL && !table_or_page))
            return (struct walk){WALK_UNMAPPED, level, 0};
        if (level == LAST_LEVEL || !table_or_page) {
            uint64_t inside = (UINT64_C(1) << shift) - 1;
            return (struct walk){WALK_MAPPED, level,
                                 (descriptor & output_mask & ~inside) | (va & inside)};
        }
        table = descriptor & output_mask & ~((UINT64_C(1) << regime.granule) - 1);
        index_mask = (UINT64_C(1) << stride) - 1;
    }
}

void *guest_ram(uint64_t ipa, size_t size)
{
    if (vmm_config.ram_vaddr == 0 || ipa < vmm_config.ram_ipa || size > vmm_config.ram_size ||
        ipa - vmm_config.ram_ipa > vmm_config.ram_size - size)
        return NULL;
    return (void *)(vmm_config.ram_vaddr + (uintptr_t)(ipa - vmm_config.ram_ipa));
}
