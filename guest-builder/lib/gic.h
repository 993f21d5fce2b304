/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt controller, of either version. Every interrupt is in group 1 of a GICv3, in group 0
 * of a GICv2. */
#pragma once

#include "guest_board.h"

/* The first words of these registers are the same in both versions of the distributor. */
#define GICD_CTLR          (GUEST_GICD_BASE + 0x000)
#define GICD_TYPER         (GUEST_GICD_BASE + 0x004)
#define GICD_IIDR          (GUEST_GICD_BASE + 0x008)
#define GICD_IGROUPR(n)    (GUEST_GICD_BASE + 0x080 + 4 * (n))
#define GICD_ISENABLER(n)  (GUEST_GICD_BASE + 0x100 + 4 * (n))
#define GICD_ICENABLER(n)  (GUEST_GICD_BASE + 0x180 + 4 * (n))
#define GICD_ICPENDR(n)    (GUEST_GICD_BASE + 0x280 + 4 * (n))
#define GICD_ICACTIVER(n)  (GUEST_GICD_BASE + 0x380 + 4 * (n))
#define GICD_IPRIORITYR(n) (GUEST_GICD_BASE + 0x400 + 4 * (n))

#define GIC_INTID           0x3ffu /* in the result of gic_acknowledge */
#define GIC_FIRST_SPECIAL   1020u  /* INTIDs from here on are not interrupts */
#define GIC_LOWEST_PRIORITY 0xf0u

#if GUEST_GIC_VERSION == 2
#include "gicv2.h"
#else
#include "gicv3.h"
#endif

/** Enables both interfaces with the lowest priority mask. No interrupt is enabled or pending. */
void gic_reset(void);

/** Enables an INTID below 1020. */
static inline void gic_enable(unsigned intid)
{
    write32(intid < 32 ? GIC_PRIVATE(GICD_ISENABLER(0)) : GICD_ISENABLER(intid / 32),
            1u << (intid % 32));
}

/**
 * Ends all active interrupts, in any order, and takes and ends those of either group that are
 * pending in the CPU interface: under a VMM they may stay there although they were disabled. The
 * distributor is off afterwards.
 */
void gic_end_all(void);
