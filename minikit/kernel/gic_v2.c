/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv2: a distributor and a memory-mapped CPU interface (Arm IHI 0048B). */
#include "board.h"
#include "gic.h"

#define GICD_CTLR        (BOARD_GICD + 0x000)
#define GICD_ITARGETS(n) (BOARD_GICD + 0x800 + 4 * (n))

#define GICC_CTLR (BOARD_GICC + 0x00)
#define GICC_PMR  (BOARD_GICC + 0x04)
#define GICC_IAR  (BOARD_GICC + 0x0c)
#define GICC_EOIR (BOARD_GICC + 0x10)

enum {
    INTID_MASK = 0x3ff, /* the other bits are the sender of an SGI, which is not used */
    LOWEST_MASK = 0xf0,
};

void gic_version_stop(void)
{
    write32(GICD_CTLR, 0);
}

uintptr_t gic_frame(uint32_t intid)
{
    (void)intid;
    return BOARD_GICD;
}

void gic_wait_until_off(uintptr_t frame)
{
    (void)frame; /* GICv2 has no register to poll */
}

void gic_version_start(uint32_t end)
{
    /* The targets of private interrupts read as this CPU; 0 with only one CPU. */
    uint32_t self = read32(GICD_ITARGETS(0));
    for (uint32_t i = FIRST_SPI / 4; i < end / 4; i++) {
        write32(GICD_ITARGETS(i), self);
    }
    write32(GICD_CTLR, 1);
    write32(GICC_PMR, LOWEST_MASK);
    write32(GICC_CTLR, 1);
}

uint32_t gic_take(void)
{
    return read32(GICC_IAR) & INTID_MASK;
}

void gic_end(uint32_t intid)
{
    write32(GICC_EOIR, intid);
}
