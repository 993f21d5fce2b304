/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault/stage1.h"
#include "fault/fault.h"
#include "fault/guest_ram.h"
#include "fault/stage1_permission.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "pstate.h"

enum {
    SCTLR_M = 1 << 0,
    SCTLR_E0E = 1 << 24,
    SCTLR_EE = 1 << 25,

    /* fields of TCR_EL1 for the lower and the upper half */
    TCR_T0SZ_BIT = 0,
    TCR_T1SZ_BIT = 16,
    TCR_TG0_BIT = 14,
    TCR_TG1_BIT = 30,
    TCR_EPD0_BIT = 7,
    TCR_EPD1_BIT = 23,
    TCR_IPS_BIT = 32,
    TCR_TBI0_BIT = 37, /* for the upper half, the next bit */
    TCR_HPD0_BIT = 41, /* for the upper half, the next bit */
    TCR_TXSZ_MASK = 0x3f,

    FIRST_LEVEL = 0,
    LAST_LEVEL = 3,
    VA_BITS_LEAST = 25,
    VA_BITS_MOST = 48,
    PA_BITS = 40, /* of Cortex-A53 and Cortex-A55, and of seL4's stage 2 */

    GRANULE_4K = 12, /* logarithms */
    GRANULE_16K = 14,
    GRANULE_64K = 16,
    GRANULE_NONE = 0
};

/* Bits of a descriptor. */
static const uint64_t valid = 1 << 0;
static const uint64_t table_or_page = 1 << 1;
static const uint64_t output_mask = UINT64_C(0x0000fffffffff000);

/* How one half of the address space is translated. */
struct half {
    uint64_t table;
    unsigned va_bits;
    unsigned granule;
    unsigned pa_bits;
    bool flat; /* permissions in table descriptors are ignored (HPD) */
};

static struct stage1_place fault_at(uint8_t status, unsigned level)
{
    return (struct stage1_place){.status = (uint8_t)(status | level)};
}

static bool bit(uint64_t value, unsigned n)
{
    return value >> n & 1;
}

static uint64_t ones(unsigned bits)
{
    return (UINT64_C(1) << bits) - 1;
}

void stage1_begin(struct stage1 *stage1, size_t vcpu_id, uint64_t pstate)
{
    vcpu_need_registers(vcpu_id);
    *stage1 = (struct stage1){
        .sctlr = kernel_read_vcpu(vcpu_id, seL4_VCPUReg_SCTLR),
        .tcr = kernel_read_vcpu(vcpu_id, seL4_VCPUReg_TCR),
        .table = {kernel_read_vcpu(vcpu_id, seL4_VCPUReg_TTBR0),
                  kernel_read_vcpu(vcpu_id, seL4_VCPUReg_TTBR1)},
        .pstate = pstate,
    };
}

bool stage1_big_endian(const struct stage1 *stage1)
{
    if (stage1->pstate & PSTATE_M_AARCH32)
        return stage1->pstate & PSTATE_E;
    return stage1->sctlr & (stage1_is_el0(stage1) ? SCTLR_E0E : SCTLR_EE);
}

/* A granule that the CPU lacks acts as a reserved value: the CPU chooses another one. That choice
 * is unknown, so nothing is translated here. */
static unsigned granule_of(uint64_t tcr, bool upper)
{
    static const uint8_t lower_half[] = {GRANULE_4K, GRANULE_64K, GRANULE_16K, GRANULE_NONE};
    static const uint8_t upper_half[] = {GRANULE_NONE, GRANULE_16K, GRANULE_4K, GRANULE_64K};
    unsigned granule =
        upper ? upper_half[tcr >> TCR_TG1_BIT & 3] : lower_half[tcr >> TCR_TG0_BIT & 3];
    return granule == GRANULE_16K && vmm_config.cpu_armv8 < 2 ? GRANULE_NONE : granule;
}

static unsigned output_bits(uint64_t tcr)
{
    static const uint8_t ips[] = {32, 36, 40, 42, 44, 48, 48, 48};
    unsigned bits = ips[tcr >> TCR_IPS_BIT & 7];
    return bits < PA_BITS ? bits : PA_BITS;
}

static struct half half_of(const struct stage1 *stage1, bool upper)
{
    uint64_t tcr = stage1->tcr;
    return (struct half){
        .table = stage1->table[upper] & ones(48),
        .va_bits = 64 - (unsigned)(tcr >> (upper ? TCR_T1SZ_BIT : TCR_T0SZ_BIT) & TCR_TXSZ_MASK),
        .granule = granule_of(tcr, upper),
        .pa_bits = output_bits(tcr),
        .flat = vmm_config.cpu_armv8 >= 1 && bit(tcr, TCR_HPD0_BIT + upper),
    };
}

/* Whether va is inside its half. With top-byte-ignore its highest 8 bits are ignored. */
static bool in_range(uint64_t va, unsigned va_bits, bool upper, bool ignore_top)
{
    uint64_t beyond = (ignore_top ? va & ones(56) : va) >> va_bits;
    uint64_t all = (ignore_top ? ones(56) : UINT64_MAX) >> va_bits;
    return beyond == (upper ? all : 0);
}

/* Block sizes of Armv8.2. Blocks of 512 GiB and 4 TiB need larger addresses. */
static bool may_be_block(unsigned granule, unsigned level)
{
    return level == 2 || (level == 1 && granule == GRANULE_4K);
}

static uint64_t swap_if_big(const struct stage1 *stage1, uint64_t descriptor)
{
    return stage1->sctlr & SCTLR_EE ? __builtin_bswap64(descriptor) : descriptor;
}

/* entry: address of the descriptor; tables: the table descriptors on the way to it, ORed. */
static struct stage1_place leaf_place(const struct stage1 *stage1, uint64_t *entry, uint64_t tables,
                                      unsigned level, enum stage1_access access, bool as_el0)
{
    uint64_t raw = __atomic_load_n(entry, __ATOMIC_RELAXED);
    uint64_t descriptor = swap_if_big(stage1, raw);
    bool write = access == STAGE1_WRITE;
    uint64_t leaf = stage1_marked(stage1, stage1_below(descriptor, tables), write);
    if (!stage1_is_accessed(leaf))
        return fault_at(FSC_ACCESS_FLAG, level);
    if (!stage1_permits(stage1, leaf, access, as_el0))
        return fault_at(FSC_PERMISSION, level);
    uint64_t now = stage1_marked(stage1, descriptor, write && !stage1_is_read_only(tables));
    if (now != descriptor &&
        !__atomic_compare_exchange_n(entry, &raw, swap_if_big(stage1, now), false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED))
        return fault_at(FSC_ACCESS_FLAG, level); /* another vCPU has just changed it */
    return (struct stage1_place){.mapped = true, .ipa = descriptor & output_mask};
}

static struct stage1_place walk(const struct stage1 *stage1, const struct half *half, uint64_t va,
                                enum stage1_access access, bool as_el0)
{
    unsigned stride = half->granule - 3; /* address bits that a table resolves */
    unsigned levels = (half->va_bits - half->granule + stride - 1) / stride;
    unsigned first = LAST_LEVEL + 1 - levels;
    unsigned index_bits = half->va_bits - half->granule - (levels - 1) * stride;
    uint64_t table = half->table & ~ones(index_bits + 3);
    uint64_t tables = 0;
    if (half->table >> half->pa_bits)
        return fault_at(FSC_ADDRESS_SIZE, FIRST_LEVEL);
    for (unsigned level = first; level <= LAST_LEVEL; level++) {
        unsigned shift = half->granule + (LAST_LEVEL - level) * stride;
        uint64_t *entry = guest_ram(table + (va >> shift & ones(index_bits)) * 8, 8);
        if (!entry)
            return fault_at(FSC_EXTERNAL_ON_WALK, level);
        uint64_t descriptor = swap_if_big(stage1, __atomic_load_n(entry, __ATOMIC_RELAXED));
        bool next = descriptor & table_or_page && level < LAST_LEVEL;
        bool leaf =
            level == LAST_LEVEL ? descriptor & table_or_page : may_be_block(half->granule, level);
        if (!(descriptor & valid) || !(next || leaf))
            return fault_at(FSC_TRANSLATION, level);
        if ((descriptor & output_mask) >> half->pa_bits)
            return fault_at(FSC_ADDRESS_SIZE, level);
        if (!next) {
            struct stage1_place place = leaf_place(stage1, entry, tables, level, access, as_el0);
            place.ipa = (place.ipa & ~ones(shift)) | (va & ones(shift));
            return place;
        }
        table = descriptor & output_mask & ~ones(half->granule);
        tables |= half->flat ? 0 : descriptor;
        index_bits = stride;
    }
    return fault_at(FSC_TRANSLATION, LAST_LEVEL);
}

struct stage1_place stage1_translate(const struct stage1 *stage1, uint64_t va,
                                     enum stage1_access access, bool as_el0)
{
    bool upper = bit(va, 55);
    bool ignore_top = bit(stage1->tcr, TCR_TBI0_BIT + upper);
    if (!(stage1->sctlr & SCTLR_M)) {
        uint64_t ipa = ignore_top ? va & ones(56) : va;
        return ipa >> PA_BITS ? fault_at(FSC_ADDRESS_SIZE, FIRST_LEVEL)
                              : (struct stage1_place){.mapped = true, .ipa = ipa};
    }
    struct half half = half_of(stage1, upper);
    if (half.granule == GRANULE_NONE || half.va_bits < VA_BITS_LEAST ||
        half.va_bits > VA_BITS_MOST || bit(stage1->tcr, upper ? TCR_EPD1_BIT : TCR_EPD0_BIT) ||
        !in_range(va, half.va_bits, upper, ignore_top))
        return fault_at(FSC_TRANSLATION, FIRST_LEVEL);
    return walk(stage1, &half, va, access, as_el0);
}
