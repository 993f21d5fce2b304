/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the GICv3 distributor as a table (IHI 0069, 12.8 and 12.9). Affinity routing is
 * always enabled: SGIs and PPIs are in the redistributors, and their bits here are reserved.
 *
 * Optional features that are not implemented read as zero and ignore writes: GICD_TYPER2,
 * GICD_STATUSR, message-based SPIs, extended SPIs, non-maskable interrupts. So do registers that
 * affinity routing replaces (GICD_ITARGETSR, GICD_SGIR, GICD_CPENDSGIR, GICD_SPENDSGIR), registers
 * of a second Security state (GICD_IGRPMODR, GICD_NSACR), and, as on QEMU's GIC, accesses of a
 * width that the architecture does not require (12.1).
 */
#include "gic/gic.h"
#include "gic/gicv3.h"

enum {
    CTLR_ARE = 1 << 4,
    CTLR_DS = 1 << 6,

    TYPER_IDBITS_SHIFT = 19,
    TYPER_A3V = 1 << 24,
    TYPER_NO1N = 1 << 25,
    INTID_BITS = 10,

    PART_GIC500_DISTRIBUTOR = 0x92
};

/* RWP is 0: a write has taken effect when it completes. */
static uint64_t read_ctlr(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return gic.ctlr | CTLR_ARE | CTLR_DS;
}

/* EnableGrp0 and EnableGrp1. */
static void write_ctlr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)cpu, (void)n;
    gic_forward_groups((gic.ctlr & ~(uint32_t)lanes) | (uint32_t)value);
}

/* No LPIs, one target for each SPI. */
static uint64_t read_typer(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return (vmm_config.gic_intids / 32 - 1) | (INTID_BITS - 1) << TYPER_IDBITS_SHIFT | TYPER_A3V |
           TYPER_NO1N;
}

static uint64_t read_identification(size_t cpu, uint32_t n)
{
    (void)cpu;
    return gicv3_identification(n, PART_GIC500_DISTRIBUTOR);
}

enum {
    WORD = ACCESS_WORD,
    BYTE = ACCESS_WORD | ACCESS_BYTE,
    DOUBLE = ACCESS_WORD | ACCESS_DOUBLEWORD
};

/* clang-format off */
static const struct gic_bank banks[] = {
    /* first            end width accesses bits from twin read                 write */
    {GICD_CTLR,        0x0004, 4, WORD,    0,  0, 0, read_ctlr,           write_ctlr},
    {GICD_TYPER,       0x0008, 4, WORD,    0,  0, 0, read_typer,          NULL},
    {GICD_IIDR,        0x000c, 4, WORD,    0,  0, 0, gicv3_read_iidr,     NULL},
    {GICD_IGROUPR,     0x0100, 4, WORD,    1, 32, 0, read_igroupr,        write_igroupr},
    {GICD_ISENABLER,   0x0180, 4, WORD,    1, 32, 0, read_enabled,        write_isenabler},
    {GICD_ICENABLER,   0x0200, 4, WORD,    1, 32, 0, read_enabled,        write_icenabler},
    {GICD_ISPENDR,     0x0280, 4, WORD,    1, 32, 0, read_pending,        write_ispendr},
    {GICD_ICPENDR,     0x0300, 4, WORD,    1, 32, 0, read_pending,        write_icpendr},
    {GICD_ISACTIVER,   0x0380, 4, WORD,    1, 32, 0, read_active,         write_isactiver},
    {GICD_ICACTIVER,   0x0400, 4, WORD,    1, 32, 0, read_active,         write_icactiver},
    {GICD_IPRIORITYR,  0x0800, 4, BYTE,    8, 32, 0, read_ipriorityr,     write_ipriorityr},
    {GICD_ICFGR,       0x0d00, 4, WORD,    2, 32, 0, read_icfgr,          write_icfgr},
    {GICD_IROUTER,     0x8000, 8, DOUBLE, 64, 32, 0, read_irouter,        write_irouter},
    {GICV3_PIDR4,     0x10000, 4, WORD,    0,  0, 0, read_identification, NULL},
};
/* clang-format on */

const struct gic_frame gicv3_distributor = {
    .banks = banks,
    .count = sizeof(banks) / sizeof(banks[0]),
    .id = FRAME_GICV3_DISTRIBUTOR,
};
