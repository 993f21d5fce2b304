/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 distributor's registers (IHI 0048B, table 4-1). A GICv3 has the first ten of its
 * distributor at the same offsets, and those of its SGIs and PPIs in SGI_base (IHI 0069, 12.8 and
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

extern struct gic_frame gicd_frame;

/* A CPU's access to the distributor: bytes 1, 2 or 4; offset a multiple of it, below GICD_SIZE. */
uint32_t gicd_read(size_t cpu, uint32_t offset, uint32_t bytes);
void gicd_write(size_t cpu, uint32_t offset, uint32_t bytes, uint32_t value);
