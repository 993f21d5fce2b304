/* SPDX-License-Identifier: BSD-2-Clause */
/* A passive server that calls another one, and is also the passive parent of a child that
 * faults. */
#include "../common/say.h"

void init(void)
{
    report("init", 0);
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo info)
{
    report("called on channel", ch);
    microkit_mr_set(0, 10);
    info = microkit_ppcall(3, microkit_msginfo_new(0, 1));
    report("server's answer", microkit_mr_get(0));
    microkit_deferred_notify(2);
    return info;
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    static unsigned faults;
    report("fault of child", child);
    report("label", microkit_msginfo_get_label(info));
    microkit_mr_set(0, microkit_mr_get(0) + 4);
    *reply = microkit_msginfo_new(0, 1);
    return faults++ < 2;
}
