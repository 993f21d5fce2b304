/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt registers that are the same in GICv2 and GICv3 (Arm IHI 0048B 4.3, IHI 0069H 12.9). */
#include "gic.h"

#include "board.h"

#define GICD_TYPER (BOARD_GICD + 0x004)

/* Offsets in the distributor, and in a GICv3's redistributors. */
#define ISENABLER(n) (0x100 + 4 * (n))
#define ICENABLER(n) (0x180 + 4 * (n))
#define ICPENDR(n)   (0x280 + 4 * (n))
#define IPRIORITY(n) (0x400 + 4 * (n))
#define ICFGR(n)     (0xc00 + 4 * (n))

#define PRIORITY 0x80808080u

void gic_enable(uint32_t intid, bool on)
{
    uintptr_t frame = gic_frame(intid);
    write32(frame + (on ? ISENABLER(intid / 32) : ICENABLER(intid / 32)), 1u << intid % 32);
    if (!on) {
        gic_wait_until_off(frame);
    }
}

void gic_set_edge(uint32_t intid, bool edge)
{
    uintptr_t icfgr = gic_frame(intid) + ICFGR(intid / 16);
    uint32_t bit = 2u << intid % 16 * 2;
    write32(icfgr, edge ? read32(icfgr) | bit : read32(icfgr) & ~bit);
}

void gic_init(void)
{
    gic_version_stop();
    uint32_t end = 32 * ((read32(GICD_TYPER) & 0x1f) + 1);
    for (uint32_t intid = 0; intid < end; intid += 32) {
        write32(gic_frame(intid) + ICENABLER(intid / 32), ~0u);
        write32(gic_frame(intid) + ICPENDR(intid / 32), ~0u);
    }
    for (uint32_t intid = 0; intid < end; intid += 4) {
        write32(gic_frame(intid) + IPRIORITY(intid / 4), PRIORITY);
    }
    gic_version_start(end);
}
