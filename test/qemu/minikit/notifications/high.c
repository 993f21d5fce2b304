/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs as soon as it is notified. */
#include "../common/say.h"

void init(void)
{
    report("init", 0);
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
    microkit_deferred_notify(ch);
}
