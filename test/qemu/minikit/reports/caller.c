/* SPDX-License-Identifier: BSD-2-Clause */
/* Fails an assertion of microkit.h, which ends a protection domain: it has no such child. */
#include <microkit.h>

void init(void)
{
    microkit_pd_stop(3);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
