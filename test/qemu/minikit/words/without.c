/* SPDX-License-Identifier: BSD-2-Clause */
#include "../common/say.h"

void init(void)
{
    say("without: uses the FPU\n");
    __asm__ volatile(".inst 0x1e270000" : : : "memory"); /* fmov s0, w0 */
    say("without: has an FPU\n");
}

void notified(microkit_channel ch)
{
    (void)ch;
}
