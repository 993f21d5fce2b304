/* SPDX-License-Identifier: BSD-2-Clause */
/* Asserts what microkit.h lets end a protection domain: it has no such child. */
#include <microkit.h>

void init(void)
{
    microkit_pd_stop(3);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
