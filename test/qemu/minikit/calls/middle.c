/* SPDX-License-Identifier: BSD-2-Clause */
/* Passes calls on to the server. Its client's notification has to wait meanwhile. */
#include "../common/say.h"

void init(void)
{
    report("ready", 0);
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo info)
{
    report("called on channel", ch);
    microkit_notify(ch);
    microkit_notify(3);
    info = microkit_ppcall(3, info);
    report("server's label", microkit_msginfo_get_label(info));
    return info;
}
