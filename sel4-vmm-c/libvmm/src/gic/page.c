/* SPDX-License-Identifier: BSD-2-Clause */
#include "gic/page.h"

void page_fill(void)
{
    for (uint32_t offset = 0; vmm_config.gicd_page != 0 && offset < GICD_SIZE; offset += 4)
        page_show(offset, gicd_read(0, offset, 4));
}
