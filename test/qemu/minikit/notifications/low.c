/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifies others many times at once. Notifications to itself stay pending meanwhile, and merge
 * into one each. */
#include "../common/say.h"

#define INPUT_CAP 1

void init(void)
{
    seL4_Word badge;
    report("init", 0);
    seL4_Poll(INPUT_CAP, &badge);
    say("low: nothing yet: ");
    say_hex(badge);
    say("\n");
    microkit_notify(0);
    microkit_notify(61);
    microkit_notify(0);
    seL4_Poll(INPUT_CAP, &badge);
    say("low: answers of both, in one word: ");
    say_hex(badge);
    say("\n");
    for (unsigned i = 0; i < 3; i++) {
        microkit_notify(7);
    }
    microkit_notify(8);
    report("init ends", 0);
}

void notified(microkit_channel ch)
{
    static unsigned count;
    report("notified by channel", ch);
    microkit_deferred_notify(61);
    microkit_deferred_notify(7);
    if (++count == 6) {
        finish();
    }
}
