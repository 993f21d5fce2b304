/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults three times when notified. The third time nobody resumes it. */
#include "../common/say.h"

void init(void)
{
    report("init", 0);
}

void notified(microkit_channel ch)
{
    for (unsigned i = 0; i < 3; i++) {
        __asm__ volatile("udf #0");
        report("went on", i);
    }
    microkit_notify(ch);
}
