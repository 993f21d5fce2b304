/* SPDX-License-Identifier: BSD-2-Clause */
/* A child that waits. */
#include <microkit.h>

void init(void) {}

void notified(microkit_channel ch)
{
    (void)ch;
}
