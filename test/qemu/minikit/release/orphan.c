/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults without a parent: a release kernel prints nothing. */
#include <microkit.h>

void init(void)
{
    microkit_dbg_puts("a release kernel prints nothing\n");
    *(volatile char *)0x12345678 = 1;
}

void notified(microkit_channel ch)
{
    (void)ch;
}
