/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt controller: GICv2 distributor and CPU interface (Arm IHI 0048B). */
#include "gic.h"

#include "board.h"
#include "irq.h"

#define GICD_CTLR         (BOARD_GICD + 0x000)
#define GICD_TYPER        (BOARD_GICD + 0x004)
#define GICD_ISENABLER(n) (BOARD_GICD + 0x100 + 4 * (n))
#define GICD_ICENABLER(n) (BOARD_GICD + 0x180 + 4 * (n))
#define GICD_ICPENDR(n)   (BOARD_GICD + 0x280 + 4 * (n))
#define GICD_IPRIORITY(n) (BOARD_GICD + 0x400 + 4 * (n))
#define GICD_ITARGETS(n)  (BOARD_GICD + 0x800 + 4 * (n))
#define GICD_ICFGR(n)     (BOARD_GICD + 0xc00 + 4 * (n))

#define GICC_CTLR (BOARD_GICC + 0x00)
#define GICC_PMR  (BOARD_GICC + 0x04)
#define GICC_IAR  (BOARD_GICC + 0x0c)
#define GICC_EOIR (BOARD_GICC + 0x10)

#define INTID_MASK    0x3ffu
#define FIRST_SPI     32u
#define FIRST_SPECIAL 1020u /* 1020 to 1023: nothing to take */
#define PRIORITY      0x80808080u
#define LOWEST_MASK   0xf0u

void gic_enable(uint32_t intid, bool on)
{
    write32(on ? GICD_ISENABLER(intid / 32) : GICD_ICENABLER(intid / 32), 1u << intid % 32);
}

void gic_set_edge(uint32_t intid, bool edge)
{
    uint32_t bit = 2u << intid % 16 * 2;
    uint32_t config = read32(GICD_ICFGR(intid / 16));
    write32(GICD_ICFGR(intid / 16), edge ? config | bit : config & ~bit);
}

void gic_init(void)
{
    uint32_t count = 32 * ((read32(GICD_TYPER) & 0x1f) + 1);
    write32(GICD_CTLR, 0);
    for (uint32_t i = 0; i < count / 32; i++) {
        write32(GICD_ICENABLER(i), ~0u);
        write32(GICD_ICPENDR(i), ~0u);
    }
    for (uint32_t i = 0; i < count / 4; i++) {
        write32(GICD_IPRIORITY(i), PRIORITY);
    }
    /* The targets of private interrupts read as this CPU; 0 where there is only one CPU. */
    uint32_t self = read32(GICD_ITARGETS(0));
    for (uint32_t i = FIRST_SPI / 4; i < count / 4; i++) {
        write32(GICD_ITARGETS(i), self);
    }
    write32(GICD_CTLR, 1);
    write32(GICC_PMR, LOWEST_MASK);
    write32(GICC_CTLR, 1);
}

void gic_handle_interrupt(void)
{
    uint32_t taken = read32(GICC_IAR);
    uint32_t intid = taken & INTID_MASK;
    if (intid < FIRST_SPECIAL) {
        irq_deliver(intid);
        write32(GICC_EOIR, taken);
    }
}
