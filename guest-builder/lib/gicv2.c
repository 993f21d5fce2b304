/* SPDX-License-Identifier: BSD-2-Clause */
#include "gic.h"

#define SGI_REGISTERS 4u

/* GICC_CTLR: both groups enabled, and GICC_IAR acknowledges either (AckCtl). */
#define GICC_CTLR_BOTH 0x7u

#if GUEST_GIC_VERSION == 2
void gic_reset(void)
{
    /* GICD_TYPER.ITLinesNumber: 32 interrupts for each, plus one more group of 32. */
    uint32_t groups = (read32(GICD_TYPER) & 0x1f) + 1;

    write32(GICD_CTLR, 0);
    for (uint32_t n = 0; n < groups; n++) {
        write32(GICD_ICENABLER(n), 0xffffffff);
        write32(GICD_ICPENDR(n), 0xffffffff);
        write32(GICD_ICACTIVER(n), 0xffffffff);
    }
    for (uint32_t n = 0; n < SGI_REGISTERS; n++) {
        write32(GICD_CPENDSGIR(n), 0xffffffff);
    }
    write32(GICD_CTLR, 1);
    write32(GICC_PMR, GIC_LOWEST_PRIORITY);
    write32(GICC_CTLR, 1);
}

void gic_end_all(void)
{
    uint32_t acknowledged;

    write32(GICD_CTLR, 0);
    write32(GICC_CTLR, GICC_CTLR_BOTH);
    for (uint32_t intid = 0; intid < GIC_FIRST_SPECIAL; intid++) {
        gic_end(intid);
    }
    write32(GICC_PMR, 0xff);
    while (((acknowledged = gic_acknowledge()) & GIC_INTID) < GIC_FIRST_SPECIAL) {
        gic_end(acknowledged);
    }
}
#endif
