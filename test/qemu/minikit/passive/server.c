/* SPDX-License-Identifier: BSD-2-Clause */
/* The second of two passive servers. It receives notifications as well as calls. */
#include "../common/say.h"

void init(void)
{
    report("init", 0);
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
    if (ch == 5) {
        microkit_notify(5);
    }
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo info)
{
    report("called on channel", ch);
    microkit_mr_set(0, microkit_mr_get(0) + 1);
    return info;
}
