/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores with the guest's MMU on. The tables of translation, which are those of
 * harness/model/mapped.ts, are in guest RAM for the time of one step. This CPU does not check
 * permissions: the model tells which accesses a CPU would send to the VMM.
 */
#include "guest.h"
#include "report.h"
#include <string.h>

enum {
    TABLE = 3,
    LAST_LEVEL = 3,
    STAGE_2_PAGE = 0x1000,
    TABLE_BYTES = 0x10000,

    SCTLR_M = 1 << 0,
    SCTLR_EE = 1 << 25
};

static const uint64_t output_mask = UINT64_C(0x0000fffffffff000);

/* One half of the address space. */
struct half {
    unsigned granule, bits; /* logarithm; bits of a virtual address */
    unsigned first;         /* level */
};

static uint64_t ones(unsigned bits)
{
    return (UINT64_C(1) << bits) - 1;
}

/* Returns false for a regime in which no walk begins. */
static bool find_half(const struct step_mapped *step, struct half *half)
{
    static const uint8_t granules[2][4] = {{12, 16, 0, 0}, {0, 0, 12, 16}};
    bool upper = step->address >> 55 & 1;
    half->granule = granules[upper][step->tcr >> (upper ? 30 : 14) & 3];
    half->bits = 64 - (unsigned)(step->tcr >> (upper ? 16 : 0) & 0x3f);
    if (half->granule == 0 || half->bits < 25 || half->bits > 48)
        return false;
    unsigned stride = half->granule - 3;
    half->first = LAST_LEVEL + 1 - (half->bits - half->granule + stride - 1) / stride;
    return step->level >= half->first && step->level <= LAST_LEVEL;
}

static unsigned shift_of(const struct half *half, unsigned level)
{
    return half->granule + (LAST_LEVEL - level) * (half->granule - 3);
}

static uint64_t table_of(unsigned level)
{
    return machine.ram_ipa + MAPPED_TABLES_FIRST + (uint64_t)level * MAPPED_TABLES_EACH;
}

static uint64_t *entry(const struct half *half, unsigned level, uint64_t va)
{
    unsigned shift = shift_of(half, level), stride = half->granule - 3;
    unsigned width = half->bits - shift < stride ? half->bits - shift : stride;
    return (uint64_t *)guest_ram(table_of(level)) + (va >> shift & ones(width));
}

static void write_tables(const struct step_mapped *step, const struct half *half)
{
    bool swap = step->sctlr & SCTLR_EE;
    const uint64_t leaves[] = {step->first, step->second, step->code};
    for (unsigned level = half->first; level <= step->level; level++)
        memset(guest_ram(table_of(level)), 0, TABLE_BYTES);
    for (unsigned level = half->first; level < step->level; level++) {
        uint64_t table = table_of(level + 1) | TABLE | step->tables;
        *entry(half, level, step->address) = swap ? __builtin_bswap64(table) : table;
    }
    uint64_t *leaf = entry(half, step->level, step->address);
    for (unsigned i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
        leaf[i] = swap ? __builtin_bswap64(leaves[i]) : leaves[i];
}

/* The guest physical address of a virtual one, by the descriptor of its block or page. */
static uint64_t output(const struct step_mapped *step, const struct half *half, uint64_t va)
{
    unsigned shift = shift_of(half, step->level);
    uint64_t leaf = va >> shift == step->address >> shift ? step->first : step->second;
    return (leaf & output_mask & ~ones(shift)) | (va & ones(shift));
}

static bool in_ram(uint64_t ipa)
{
    return ipa - machine.ram_ipa < machine.ram_size;
}

/* The first address of the access that stage 2 does not map; 0 if it maps all. */
static uint64_t faulting(const struct step_mapped *step, const struct half *half, size_t bytes)
{
    uint64_t second = (step->address | (STAGE_2_PAGE - 1)) + 1;
    uint64_t ipa = output(step, half, step->address);
    if (!in_ram(ipa) || second - step->address >= bytes)
        return in_ram(ipa) ? 0 : ipa;
    ipa = output(step, half, second);
    return in_ram(ipa) ? 0 : ipa;
}

/* The virtual address of the instruction: its block or page is the second after that of the data.
 */
static uint64_t pc_of(const struct step_mapped *step, const struct half *half, uint64_t ipa)
{
    unsigned shift = shift_of(half, step->level);
    uint64_t leaf = (step->address >> shift) + 2;
    return leaf << shift | (ipa & ones(shift));
}

void target_mapped(const struct step_mapped *step)
{
    enum {
        SAVED = 4
    };
    static const seL4_VCPUReg regs[SAVED] = {seL4_VCPUReg_SCTLR, seL4_VCPUReg_TCR,
                                             seL4_VCPUReg_TTBR0, seL4_VCPUReg_TTBR1};
    const struct step_access *access = (const struct step_access *)step;
    const struct form *form = form_of(access);
    size_t id = step->vcpu;
    struct vcpu *vcpu = &vcpus[id];
    struct half half = {0};
    uint64_t ipa = 0;
    seL4_Word saved[SAVED];

    if (form && find_half(step, &half))
        ipa = faulting(step, &half, (size_t)form->bytes << form->pair);
    if (!guest_begin(id, form ? word_of(access, form) : 0, step->state))
        return;
    if (ipa == 0) { /* nothing for the VMM */
        report(&(uint8_t){OUTCOME_AGAIN}, 1);
        return;
    }
    guest_set_operands(id, access, form);
    write_tables(step, &half);
    vcpu->context.pc = pc_of(step, &half, vcpu->context.pc);
    guest_before = vcpu->context;
    for (unsigned i = 0; i < SAVED; i++)
        saved[i] = vcpu->system[regs[i]];
    vcpu->system[seL4_VCPUReg_SCTLR] = step->sctlr | SCTLR_M;
    vcpu->system[seL4_VCPUReg_TCR] = step->tcr;
    vcpu->system[seL4_VCPUReg_TTBR0] = vcpu->system[seL4_VCPUReg_TTBR1] = table_of(half.first);
    guest_data_abort(id, access, form, ipa);
    kernel_maintenance(id);
    guest_finish(id);
    for (unsigned i = 0; i < SAVED; i++)
        vcpu->system[regs[i]] = saved[i];
}
