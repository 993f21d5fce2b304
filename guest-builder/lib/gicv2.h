/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm Generic Interrupt Controller version 2 (IHI 0048B). */
#pragma once

#include "registers.h"

#define GICD_SGIR         (GUEST_GICD_BASE + 0xf00)
#define GICD_SGIR_SELF    (2u << 24) /* only to the requesting CPU */
#define GICD_CPENDSGIR(n) (GUEST_GICD_BASE + 0xf10 + 4 * (n))

#define GICC_CTLR (GUEST_GICC_BASE + 0x000)
#define GICC_PMR  (GUEST_GICC_BASE + 0x004)
#define GICC_IAR  (GUEST_GICC_BASE + 0x00c)
#define GICC_EOIR (GUEST_GICC_BASE + 0x010)

/** The address of a distributor register for SGIs and PPIs, which are banked. */
#define GIC_PRIVATE(distributor_register) (distributor_register)

static inline uint32_t gic_acknowledge(void)
{
    return read32(GICC_IAR);
}

static inline void gic_end(uint32_t acknowledged)
{
    write32(GICC_EOIR, acknowledged);
}

static inline void gic_send_to_self(unsigned sgi)
{
    write32(GICD_SGIR, GICD_SGIR_SELF | sgi);
}
