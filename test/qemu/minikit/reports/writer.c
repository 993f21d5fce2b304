/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes to an unmapped address. */
#include <microkit.h>

void init(void)
{
    *(volatile char *)0x12345678 = 1;
}

void notified(microkit_channel ch)
{
    (void)ch;
    microkit_dbg_puts("writer: runs again\n");
}
