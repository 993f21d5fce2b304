/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm Generic Interrupt Controller version 3 (IHI 0069), on the first CPU. */
#pragma once

#include "registers.h"

#define GICR_SGI_BASE (GUEST_GICR_BASE + 0x10000)
#define GICR_WAKER    (GUEST_GICR_BASE + 0x014)

#define ICC_SGI1R_INTID_SHIFT 24

/** The address of a distributor register for SGIs and PPIs, which are in the redistributor. */
#define GIC_PRIVATE(distributor_register) ((distributor_register)-GUEST_GICD_BASE + GICR_SGI_BASE)

static inline uint32_t gic_acknowledge(void)
{
    return (uint32_t)read_register(icc_iar1_el1);
}

static inline void gic_end(uint32_t acknowledged)
{
    write_register(icc_eoir1_el1, acknowledged);
}

/** To the first CPU, whose affinity is 0.0.0.0. */
static inline void gic_send_to_self(unsigned sgi)
{
    write_register(icc_sgi1r_el1, (uint64_t)sgi << ICC_SGI1R_INTID_SHIFT | 1);
}
