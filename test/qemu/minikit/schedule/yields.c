/* SPDX-License-Identifier: BSD-2-Clause */
/* Two domains of equal priority with long time slices take turns by yielding. */
#include "../common/say.h"

void init(void)
{
    for (unsigned i = 0; i < 3; i++) {
        report("turn", i);
        seL4_Yield();
    }
}

void notified(microkit_channel ch)
{
    (void)ch;
}
