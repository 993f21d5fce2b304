/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3: a distributor for shared interrupts, a redistributor for this CPU's private interrupts,
 * and a CPU interface in system registers (Arm IHI 0069H). Firmware must have woken the
 * redistributor and put all interrupts into group 1. In the Non-secure state neither is possible.
 */
#include "board.h"
#include "console.h"
#include "gic.h"

#define GICD_CTLR       (BOARD_GICD + 0x0000)
#define GICD_IROUTER(n) (BOARD_GICD + 0x6000 + 8 * (n))
#define GICD_CTLR_RWP   (1u << 31)      /* a write has not yet taken effect */
#define AFFINITY        0xff00ffffffull /* of MPIDR_EL1 and GICD_IROUTER */

enum {
    GICD_CTLR_GRP1 = 1 << 1,
    GICD_CTLR_ARE = 1 << 4, /* affinity routing */

    /* A redistributor has two 64 KiB frames: RD_base, and SGI_base for SGIs and PPIs. */
    GICR_CTLR = 0x0,
    GICR_TYPER = 0x8,
    GICR_SGI_FRAME = 0x10000,
    GICR_SIZE = 0x20000,
    GICR_CTLR_RWP = 1 << 3,
    GICR_TYPER_LAST = 1 << 4,

    SRE_DIRECT = 7, /* ICC_SRE_EL2, EL1: system registers, no bypass of the GIC */
    SRE_ENABLE = 8, /* of EL2: EL1 can access ICC_SRE_EL1 */
    LOWEST_MASK = 0xff,
};

static uintptr_t redistributor;

/* Finds this CPU's redistributor by the affinity in the upper half of TYPER. */
static uintptr_t find_redistributor(uint64_t self)
{
    uint64_t packed = (self >> 8 & 0xff000000) | (self & 0xffffff);
    for (uintptr_t frame = BOARD_GICR;; frame += GICR_SIZE) {
        uint64_t typer = read64(frame + GICR_TYPER);
        if (typer >> 32 == packed) {
            return frame;
        }
        if (typer & GICR_TYPER_LAST) {
            panic("no redistributor of the GIC has the affinity of this CPU, %x", self);
        }
    }
}

static void wait_for_writes(uintptr_t ctlr, uint32_t rwp)
{
    while (read32(ctlr) & rwp) {
    }
}

void gic_version_stop(void)
{
    redistributor = find_redistributor(READ_SYSREG(mpidr_el1) & AFFINITY);
    write32(GICD_CTLR, GICD_CTLR_ARE);
    wait_for_writes(GICD_CTLR, GICD_CTLR_RWP);
}

uintptr_t gic_frame(uint32_t intid)
{
    return intid < FIRST_SPI ? redistributor + GICR_SGI_FRAME : BOARD_GICD;
}

void gic_wait_until_off(uintptr_t frame)
{
    if (frame == BOARD_GICD) {
        wait_for_writes(GICD_CTLR, GICD_CTLR_RWP);
    } else {
        wait_for_writes(redistributor + GICR_CTLR, GICR_CTLR_RWP);
    }
}

void gic_version_start(uint32_t end)
{
    for (uint32_t intid = FIRST_SPI; intid < end; intid++) {
        write64(GICD_IROUTER(intid), READ_SYSREG(mpidr_el1) & AFFINITY);
    }
    write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GRP1);
    wait_for_writes(GICD_CTLR, GICD_CTLR_RWP);

    WRITE_SYSREG(icc_sre_el2, SRE_DIRECT | SRE_ENABLE);
    isb();
    WRITE_SYSREG(icc_sre_el1, SRE_DIRECT);
    WRITE_SYSREG(icc_bpr1_el1, 0);
    WRITE_SYSREG(icc_pmr_el1, LOWEST_MASK);
    WRITE_SYSREG(icc_ctlr_el1, 0); /* an end of interrupt also deactivates */
    WRITE_SYSREG(icc_igrpen1_el1, 1);
    isb();
}

uint32_t gic_take(void)
{
    uint32_t intid = (uint32_t)READ_SYSREG(icc_iar1_el1);
    dsb(); /* order later accesses after the acknowledgement */
    return intid;
}

void gic_end(uint32_t intid)
{
    WRITE_SYSREG(icc_eoir1_el1, intid);
}
