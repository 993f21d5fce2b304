/* SPDX-License-Identifier: BSD-2-Clause */
#include "../common/say.h"

seL4_Word to_parent;

void init(void)
{
    report("knows the channel as", to_parent);
    microkit_notify((microkit_channel)to_parent);
    say("child: goes on\n");
    __asm__ volatile(".inst 0x1e270000" : : : "memory"); /* fmov s0, w0 */
    say("child: has an FPU\n");
}

void notified(microkit_channel ch)
{
    (void)ch;
}
