/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of a GICv3 redistributor as tables (IHI 0069, 12.10 and 12.11): RD_base, and
 * SGI_base, which has the SGIs and PPIs of its CPU.
 *
 * Without LPIs, GICR_CTLR has nothing to control. Optional features that are not implemented,
 * registers of a second Security state, and accesses of a width that the architecture does not
 * require read as zero and ignore writes, as in gicv3_distributor.c.
 */
#include "gic/gic.h"
#include "gic/gicv3.h"
#include "guest/vcpu.h"

enum {
    TYPER_LAST = 1 << 4,
    TYPER_PROCESSOR_NUMBER_SHIFT = 8,
    TYPER_AFFINITY_SHIFT = 32,

    WAKER_PROCESSOR_SLEEP = 1 << 1,
    WAKER_CHILDREN_ASLEEP = 1 << 2,

    PART_GIC500_REDISTRIBUTOR = 0x93
};

static uint64_t read_typer(size_t cpu, uint32_t n)
{
    (void)n;
    bool last = cpu == vmm_config.vcpus - 1;
    return vcpu_affinity(cpu) << TYPER_AFFINITY_SHIFT | cpu << TYPER_PROCESSOR_NUMBER_SHIFT |
           (last ? TYPER_LAST : 0);
}

/*
 * The CPU interface follows at once: ChildrenAsleep equals ProcessorSleep. Both are 0 when a CPU is
 * started: a guest may rely on firmware to have woken its redistributor, and the VMM acts for the
 * firmware.
 */
static uint64_t read_waker(size_t cpu, uint32_t n)
{
    (void)n;
    return gic.cpu[cpu].asleep ? WAKER_PROCESSOR_SLEEP | WAKER_CHILDREN_ASLEEP : 0;
}

static void write_waker(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)n, (void)lanes;
    gic.cpu[cpu].asleep = value & WAKER_PROCESSOR_SLEEP;
    gic_update_cpu(cpu);
}

static uint64_t read_identification(size_t cpu, uint32_t n)
{
    (void)cpu;
    return gicv3_identification(n, PART_GIC500_REDISTRIBUTOR);
}

enum {
    WORD = ACCESS_WORD,
    BYTE = ACCESS_WORD | ACCESS_BYTE,
    DOUBLE = ACCESS_WORD | ACCESS_DOUBLEWORD
};

/* clang-format off */
static const struct gic_bank rd_base[] = {
    /* first            end width accesses bits from twin read                 write */
    {GICR_CTLR,        0x0004, 4, WORD,    0,  0, 0, NULL,                NULL},
    {GICR_IIDR,        0x0008, 4, WORD,    0,  0, 0, gicv3_read_iidr,     NULL},
    {GICR_TYPER,       0x0010, 8, DOUBLE,  0,  0, 0, read_typer,          NULL},
    {GICR_WAKER,       0x0018, 4, WORD,    0,  0, 0, read_waker,          write_waker},
    {GICV3_PIDR4,     0x10000, 4, WORD,    0,  0, 0, read_identification, NULL},
};

static const struct gic_bank sgi_base[] = {
    {GICD_IGROUPR,     0x0084, 4, WORD,    1,  0, 0, read_igroupr,        write_igroupr},
    {GICD_ISENABLER,   0x0104, 4, WORD,    1,  0, 0, read_enabled,        write_isenabler},
    {GICD_ICENABLER,   0x0184, 4, WORD,    1,  0, 0, read_enabled,        write_icenabler},
    {GICD_ISPENDR,     0x0204, 4, WORD,    1,  0, 0, read_pending,        write_ispendr},
    {GICD_ICPENDR,     0x0284, 4, WORD,    1,  0, 0, read_pending,        write_icpendr},
    {GICD_ISACTIVER,   0x0304, 4, WORD,    1,  0, 0, read_active,         write_isactiver},
    {GICD_ICACTIVER,   0x0384, 4, WORD,    1,  0, 0, read_active,         write_icactiver},
    {GICD_IPRIORITYR,  0x0420, 4, BYTE,    8,  0, 0, read_ipriorityr,     write_ipriorityr},
    {GICD_ICFGR,       0x0c08, 4, WORD,    2,  0, 0, read_icfgr,          write_icfgr},
};
/* clang-format on */

const struct gic_frame gicv3_rd_base = {
    .banks = rd_base,
    .count = sizeof(rd_base) / sizeof(rd_base[0]),
    .id = FRAME_GICV3_RD_BASE,
};

const struct gic_frame gicv3_sgi_base = {
    .banks = sgi_base,
    .count = sizeof(sgi_base) / sizeof(sgi_base[0]),
    .id = FRAME_GICV3_SGI_BASE,
};
