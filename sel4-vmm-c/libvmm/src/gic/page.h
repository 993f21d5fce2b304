/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor page: RAM that is mapped read-only in the guest at the distributor's address.
 * Reads of a GICv2 distributor have no side effects, so the page answers them without an exit.
 * Writes still fault. This works only with one vCPU, because registers are banked by CPU. Code that
 * changes state updates the words that show it.
 */
#pragma once

#include "gic/gic.h"
#include "gic/gicd.h"

static inline void page_show(uint32_t offset, uint32_t value)
{
    if (vmm_config.gicd_page != 0)
        ((volatile uint32_t *)vmm_config.gicd_page)[offset / 4] = value;
}

/* Updates the whole page. */
void page_fill(void);

/* Updates the words of GICD_ISPENDR and GICD_ICPENDR for an INTID. */
static inline void page_show_pending(uint32_t intid)
{
    const struct gic_block *block = gic_block_of(0, intid);
    uint32_t at = intid / 32 * 4;
    page_show(GICD_ISPENDR + at, block->pending | block->listed);
    page_show(GICD_ICPENDR + at, block->pending | block->listed);
}

/* Updates the words of GICD_CPENDSGIR and GICD_SPENDSGIR for an SGI. */
static inline void page_show_sgi(uint32_t sgi)
{
    uint32_t at = sgi & ~3u;
    uint32_t sources = gic_load_bytes(&gic.cpu[0].sgi_sources[at]);
    page_show(GICD_CPENDSGIR + at, sources);
    page_show(GICD_SPENDSGIR + at, sources);
}
