/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register offsets of the GICv2 distributor (IHI 0048B, table 4-1). In a GICv3 the first ten have
 * the same offsets in the distributor, and for SGIs and PPIs in SGI_base (IHI 0069, 12.8 and
 * 12.10).
 */
#pragma once

#include "gic/registers.h"

enum {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IIDR = 0x008,
    GICD_IGROUPR = 0x080,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_ISPENDR = 0x200,
    GICD_ICPENDR = 0x280,
    GICD_ISACTIVER = 0x300,
    GICD_ICACTIVER = 0x380,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_CPENDSGIR = 0xf10,
    GICD_SPENDSGIR = 0xf20,
    GICD_PIDR4 = 0xfd0, /* to GICD_CIDR3 at 0xffc */
    GICD_SIZE = 0x1000  /* bytes of the register frame */
};

extern const struct gic_frame gicd_frame;

/* An access of a CPU. bytes: 1, 2 or 4; offset: a multiple of bytes, below GICD_SIZE. */
uint32_t gicd_read(size_t cpu, uint32_t offset, uint32_t bytes);
void gicd_write(size_t cpu, uint32_t offset, uint32_t bytes, uint32_t value);
