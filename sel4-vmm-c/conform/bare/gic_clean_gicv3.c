/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resets a GICv3 with one Security state, in any state (IHI 0069, 12). Each CPU cleans its own
 * redistributor and CPU interface.
 */
#include "bare.h"
#include <agent_config.h>

enum {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    IGROUPR = 0x0080, /* of the distributor, and of a redistributor's second frame */
    ICENABLER = 0x0180,
    ICPENDR = 0x0280,
    ICACTIVER = 0x0380,
    IPRIORITYR = 0x0400,
    ICFGR = 0x0c00,
    GICD_IROUTER = 0x6000,
    CTLR_ARE_DS = 1 << 6 | 1 << 4, /* read as one where fixed */
    CTLR_RWP = 1u << 31,

    GICR_STRIDE = 0x20000,
    GICR_SGI_FRAME = 0x10000,
    GICR_CTLR = 0x00,
    GICR_WAKER = 0x14,
    GICR_CTLR_RWP = 1 << 3,
    WAKER_CHILDREN_ASLEEP = 1 << 2,

    AFFINITY_0 = 0xff,
    PRIVATE = 32 /* private INTIDs of each CPU */
};

static volatile uint32_t *at(uintptr_t frame, uint32_t offset)
{
    return (volatile uint32_t *)(frame + offset);
}

/* Writes registers with `bits` bits for each INTID, from `first` to `end`. */
static void fill(uintptr_t frame, uint32_t bank, uint32_t bits, uint32_t first, uint32_t end,
                 uint32_t value)
{
    for (uint32_t offset = first * bits / 8; offset < end * bits / 8; offset += 4)
        *at(frame, bank + offset) = value;
}

static void clean_interrupts(uintptr_t frame, uint32_t first, uint32_t end)
{
    fill(frame, ICENABLER, 1, first, end, UINT32_MAX);
    fill(frame, ICPENDR, 1, first, end, UINT32_MAX);
    fill(frame, ICACTIVER, 1, first, end, UINT32_MAX);
    fill(frame, IGROUPR, 1, first, end, 0);
    fill(frame, IPRIORITYR, 8, first, end, 0);
}

static void clean_interface(void)
{
    __asm__ volatile("msr icc_sre_el2, %0\n\tisb" : : "r"(0xful)); /* EL1 can use it too */
    __asm__ volatile("msr icc_igrpen0_el1, xzr\n\t"
                     "msr icc_igrpen1_el1, xzr\n\t"
                     "msr icc_ap0r0_el1, xzr\n\t"
                     "msr icc_ap1r0_el1, xzr\n\t"
                     "msr icc_pmr_el1, xzr\n\t"
                     "msr icc_ctlr_el1, xzr\n\t"
                     "msr icc_bpr0_el1, xzr\n\t"
                     "msr icc_bpr1_el1, xzr\n\t"
                     "msr cntv_ctl_el0, xzr\n\t"
                     "isb");
}

void gic_clean(void)
{
    uint64_t mpidr;
    __asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
    uintptr_t own = AGENT_GICR_BASE + (mpidr & AFFINITY_0) * GICR_STRIDE;
    uintptr_t sgis = own + GICR_SGI_FRAME;
    clean_interface();
    *at(own, GICR_WAKER) = 0;
    while (*at(own, GICR_WAKER) & WAKER_CHILDREN_ASLEEP) {
    }
    clean_interrupts(sgis, 0, PRIVATE);
    fill(sgis, ICFGR, 2, PRIVATE / 2, PRIVATE, 0); /* of PPIs, where writable */
    while (*at(own, GICR_CTLR) & GICR_CTLR_RWP) {
    }
    *at(AGENT_GICD_BASE, GICD_CTLR) = CTLR_ARE_DS;
    uint32_t end = ((*at(AGENT_GICD_BASE, GICD_TYPER) & 0x1f) + 1) * 32;
    clean_interrupts(AGENT_GICD_BASE, PRIVATE, end);
    fill(AGENT_GICD_BASE, ICFGR, 2, PRIVATE, end, 0);
    fill(AGENT_GICD_BASE, GICD_IROUTER, 64, PRIVATE, end, 0);
    while (*at(AGENT_GICD_BASE, GICD_CTLR) & CTLR_RWP) {
    }
}
