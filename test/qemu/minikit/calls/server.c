/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers with each word doubled, one word fewer, and label + 1. */
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
    seL4_Word count = microkit_msginfo_get_count(info);
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < count; i++) {
        sum += microkit_mr_get((seL4_Uint8)i);
        microkit_mr_set((seL4_Uint8)i, 2 * microkit_mr_get((seL4_Uint8)i));
    }
    report("called on channel", ch);
    report("words", count);
    report("sum", sum);
    return microkit_msginfo_new(microkit_msginfo_get_label(info) + 1,
                                (seL4_Uint16)(count > 0 ? count - 1 : 0));
}
