/* SPDX-License-Identifier: BSD-2-Clause */
/* Priority 0: runs when all others wait or have no budget. */
#include "../common/say.h"

void init(void)
{
    finish();
}

void notified(microkit_channel ch)
{
    (void)ch;
}
