/* SPDX-License-Identifier: BSD-2-Clause */
/* Continues when the others are dead, and cannot wake them. */
#include "../common/say.h"

void init(void)
{
    microkit_notify(1);
    report("runs", 1);
    finish();
}

void notified(microkit_channel ch)
{
    (void)ch;
}
