/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls with messages of every relevant size, and on a missing channel. */
#include "../common/say.h"

static void call(microkit_channel ch, seL4_Word label, seL4_Word count)
{
    for (seL4_Word i = 0; i < seL4_MsgMaxLength; i++) {
        microkit_mr_set((seL4_Uint8)i, 100 + i);
    }
    microkit_msginfo info = microkit_ppcall(ch, seL4_MessageInfo_new(label, 0, 0, count));
    report("answer's label", microkit_msginfo_get_label(info));
    report("words", microkit_msginfo_get_count(info));
    seL4_Word last = microkit_msginfo_get_count(info);
    for (seL4_Word i = last > 2 ? last - 2 : 0; i < last + 2 && i < seL4_MsgMaxLength; i++) {
        report("word", microkit_mr_get((seL4_Uint8)i));
    }
}

void init(void)
{
    static const seL4_Word counts[] = {0, 1, 3, 4, 5, 6, 64, 119, 120, 121, 127};
    for (unsigned i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        call(1, i, counts[i]);
    }
    call(1, 0xfffff, 2);
    call(2, 5, 6);
    call(3, 5, 6);
    call(62, 5, 6);
    microkit_notify(1);
    microkit_notify(3);
    microkit_notify(63);
    microkit_irq_ack(1);
    microkit_deferred_notify(9);
    microkit_deferred_irq_ack(64);
    finish();
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
}
