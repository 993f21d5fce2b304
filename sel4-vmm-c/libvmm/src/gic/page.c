/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor page: RAM that the guest maps read-only where its distributor is. No read of a
 * GICv2 distributor has a side effect, so what lies in the page answers it without an exit; writes
 * still fault. Possible with one vCPU only, as registers are banked by CPU. Whoever changes state
 * brings the words that show it up to date, and no others.
 */
#include "gic/gic.h"
#include "gic/gicd.h"

static void show(uint32_t offset, uint32_t value)
{
    ((volatile uint32_t *)vmm_config.gicd_page)[offset / 4] = value;
}

void gicd_page_fill(void)
{
    for (uint32_t offset = 0; vmm_config.gicd_page != 0 && offset < GICD_SIZE; offset += 4)
        show(offset, gicd_read(0, offset, 4));
}

void gicd_page_refresh(uint32_t offset)
{
    if (vmm_config.gicd_page != 0)
        show(offset, gicd_read(0, offset, 4));
}

void gicd_page_pending(uint32_t intid)
{
    if (vmm_config.gicd_page == 0)
        return;
    uint32_t word = intid / 32;
    uint32_t pending = read_pending(0, word);
    show(GICD_ISPENDR + 4 * word, pending);
    show(GICD_ICPENDR + 4 * word, pending);
}
