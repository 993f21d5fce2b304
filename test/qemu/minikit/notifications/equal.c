/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs when its notifier, which has equal priority, waits. */
#include "../common/say.h"

void init(void)
{
    report("init", 0);
}

void notified(microkit_channel ch)
{
    static unsigned count;
    report("notified by channel", ch);
    if (ch == 7 && count++ < 3) {
        microkit_notify(7);
        microkit_notify(33);
        microkit_notify(7);
    }
}
