/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs when nobody else can, and tells the parent that all is quiet. */
#include <microkit.h>

void init(void)
{
    microkit_notify(1);
}

void notified(microkit_channel ch)
{
    microkit_notify(ch);
}
