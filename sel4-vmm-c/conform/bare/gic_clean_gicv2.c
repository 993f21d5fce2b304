/* SPDX-License-Identifier: BSD-2-Clause */
/* Resets a GICv2 in any state (IHI 0048B, chapter 4). */
#include "bare.h"
#include <agent_config.h>

enum {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IGROUPR = 0x080,
    GICD_ICENABLER = 0x180,
    GICD_ICPENDR = 0x280,
    GICD_ICACTIVER = 0x380,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_CPENDSGIR = 0xf10,

    GICC_CTLR = 0x00,
    GICC_PMR = 0x04,
    GICC_BPR = 0x08,
    GICC_EOIR = 0x10,
    GICC_RPR = 0x14,
    GICC_ABPR = 0x1c,
    IDLE_PRIORITY = 0xff,
    CTLR_BOTH_GROUPS = 7, /* and AckCtl */

    PRIVATE = 32 /* private INTIDs of each CPU */
};

static volatile uint32_t *gicd(uint32_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(AGENT_GICD_BASE + offset);
}

static volatile uint32_t *gicc(uint32_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(AGENT_GICC_BASE + offset);
}

/* Writes registers with `bits` bits for each INTID, from `first` to `end`. */
static void fill(uint32_t bank, uint32_t bits, uint32_t first, uint32_t end, uint32_t value)
{
    for (uint32_t offset = first * bits / 8; offset < end * bits / 8; offset += 4)
        *gicd(bank + offset) = value;
}

static void clean_interrupts(uint32_t first, uint32_t end)
{
    fill(GICD_ICENABLER, 1, first, end, UINT32_MAX);
    fill(GICD_ICPENDR, 1, first, end, UINT32_MAX);
    fill(GICD_ICACTIVER, 1, first, end, UINT32_MAX);
    fill(GICD_IGROUPR, 1, first, end, 0);
    fill(GICD_IPRIORITYR, 8, first, end, 0);
}

void gic_clean(void)
{
    *gicd(GICD_CTLR) = 0;
    /* Ends all active interrupts. Each write ends the most urgent one. */
    *gicc(GICC_CTLR) = CTLR_BOTH_GROUPS;
    for (uint32_t i = 0; i < PRIVATE && *gicc(GICC_RPR) != IDLE_PRIORITY; i++) {
        for (uint32_t intid = 0; intid < AGENT_INTIDS; intid++)
            *gicc(GICC_EOIR) = intid;
    }
    clean_interrupts(0, PRIVATE);
    fill(GICD_ICFGR, 2, PRIVATE / 2, PRIVATE, 0); /* of PPIs, where writable */
    fill(GICD_CPENDSGIR, 8, 0, PRIVATE / 2, UINT32_MAX);
    uint32_t end = ((*gicd(GICD_TYPER) & 0x1f) + 1) * 32;
    clean_interrupts(PRIVATE, end);
    fill(GICD_ITARGETSR, 8, PRIVATE, end, 0);
    fill(GICD_ICFGR, 2, PRIVATE, end, 0);
    *gicc(GICC_PMR) = 0;
    *gicc(GICC_BPR) = 0;
    *gicc(GICC_ABPR) = 0;
    *gicc(GICC_CTLR) = 0;
    __asm__ volatile("msr cntv_ctl_el0, xzr\n\tisb");
}
