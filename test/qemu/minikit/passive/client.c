/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls through both passive servers, and wakes them. */
#include "../common/say.h"

void init(void)
{
    report("init", 0);
    for (unsigned i = 0; i < 3; i++) {
        microkit_mr_set(0, 1);
        microkit_ppcall(2, microkit_msginfo_new(0, 1));
        report("answer", microkit_mr_get(0));
    }
    microkit_notify(2);
    microkit_notify(5);
    microkit_notify(6);
    report("child has faulted", 0);
    microkit_mr_set(0, 1);
    microkit_ppcall(2, microkit_msginfo_new(0, 1));
    report("answer", microkit_mr_get(0));
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
    if (ch == 5) {
        finish();
    }
}
