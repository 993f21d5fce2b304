/* SPDX-License-Identifier: BSD-2-Clause */
#include "gic.h"
#include <stdbool.h>

/* GICD_CTLR with one Security state, or as the Non-secure state sees it. */
#define CTLR_GROUPS  0x3u
#define CTLR_ROUTING 0x10u

#define WAKER_PROCESSOR_SLEEP (1u << 1)
#define WAKER_CHILDREN_ASLEEP (1u << 2)

#define SRE_ALL  0x7u
#define EOI_MODE 0x2u

#if GUEST_GIC_VERSION == 3
static void wake(void)
{
    write32(GICR_WAKER, read32(GICR_WAKER) & ~WAKER_PROCESSOR_SLEEP);
    while (read32(GICR_WAKER) & WAKER_CHILDREN_ASLEEP) {
    }
}

/** Resets 32 interrupts: registers of the distributor, or of the redistributor for the first 32. */
static void reset_bank(uint32_t n)
{
    uintptr_t bank = n == 0 ? GIC_PRIVATE(GUEST_GICD_BASE) : GUEST_GICD_BASE;

    bank -= GUEST_GICD_BASE;
    write32(bank + GICD_ICENABLER(n), 0xffffffff);
    write32(bank + GICD_ICPENDR(n), 0xffffffff);
    write32(bank + GICD_ICACTIVER(n), 0xffffffff);
    write32(bank + GICD_IGROUPR(n), 0xffffffff);
}

void gic_reset(void)
{
    /* GICD_TYPER.ITLinesNumber: 32 interrupts for each, plus one more bank of 32. */
    uint32_t banks = (read32(GICD_TYPER) & 0x1f) + 1;

    write32(GICD_CTLR, CTLR_ROUTING);
    wake();
    for (uint32_t n = 0; n < banks; n++) {
        reset_bank(n);
    }
    write32(GICD_CTLR, CTLR_ROUTING | CTLR_GROUPS);
    write_register(icc_sre_el1, SRE_ALL);
    isb();
    write_register(icc_ctlr_el1, 0);
    write_register(icc_pmr_el1, GIC_LOWEST_PRIORITY);
    write_register(icc_igrpen0_el1, 0);
    write_register(icc_igrpen1_el1, 1);
    isb();
}

/** Takes and ends one interrupt of each group; false if there was none. */
static bool end_pending(void)
{
    uint64_t group0, group1;

    isb();
    group0 = read_register(icc_iar0_el1);
    group1 = read_register(icc_iar1_el1);
    if (group0 < GIC_FIRST_SPECIAL) {
        write_register(icc_eoir0_el1, group0);
        write_register(icc_dir_el1, group0);
    }
    if (group1 < GIC_FIRST_SPECIAL) {
        write_register(icc_eoir1_el1, group1);
        write_register(icc_dir_el1, group1);
    }
    return group0 < GIC_FIRST_SPECIAL || group1 < GIC_FIRST_SPECIAL;
}

void gic_end_all(void)
{
    write32(GICD_CTLR, CTLR_ROUTING);
    write_register(icc_ctlr_el1, EOI_MODE);
    isb();
    for (uint32_t intid = 0; intid < GIC_FIRST_SPECIAL; intid++) {
        write_register(icc_dir_el1, intid);
    }
    write_register(icc_ap0r0_el1, 0);
    write_register(icc_ap1r0_el1, 0);
    write_register(icc_pmr_el1, 0xff);
    write_register(icc_igrpen0_el1, 1);
    write_register(icc_igrpen1_el1, 1);
    while (end_pending()) {
    }
    write_register(icc_ctlr_el1, 0);
    isb();
}
#endif
