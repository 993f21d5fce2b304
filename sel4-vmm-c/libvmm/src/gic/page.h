/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor page: RAM that the guest maps read-only where its distributor is. No read of a
 * GICv2 distributor has a side effect, so what lies in the page answers it without an exit; writes
 * still fault. Possible with one vCPU only, as registers are banked by CPU. Whoever changes state
 * brings the words that show it up to date, and no others.
 */
#pragma once

#include "gic/gic.h"
#include "gic/gicd.h"

static inline void page_show(uint32_t offset, uint32_t value)
{
    if (vmm_config.gicd_page != 0)
        ((volatile uint32_t *)vmm_config.gicd_page)[offset / 4] = value;
}

/* The whole page. */
void page_fill(void);

/* The word of GICD_ISPENDR and GICD_ICPENDR that has this INTID. */
static inline void page_show_pending(uint32_t intid)
{
    const struct gic_block *block = gic_block_of(0, intid);
    uint32_t at = intid / 32 * 4;
    page_show(GICD_ISPENDR + at, block->pending | block->listed);
    page_show(GICD_ICPENDR + at, block->pending | block->listed);
}

/* The word of GICD_CPENDSGIR and GICD_SPENDSGIR that has this SGI. */
static inline void page_show_sgi(uint32_t sgi)
{
    uint32_t at = sgi & ~3u;
    uint32_t sources = gic_load_bytes(&gic.cpu[0].sgi_sources[at]);
    page_show(GICD_CPENDSGIR + at, sources);
    page_show(GICD_SPENDSGIR + at, sources);
}
