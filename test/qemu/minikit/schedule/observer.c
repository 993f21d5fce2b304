/* SPDX-License-Identifier: BSD-2-Clause */
/* Observes the domain above it: it is stopped at the end of its budget, and comes back. */
#include "../common/say.h"
#include "shared.h"

#define TIMES 5

struct shared *shared;

void init(void)
{
    seL4_Word times = 0, seen = shared->greedy;
    report("runs", 0);
    while (times < TIMES) {
        if (shared->greedy != seen) {
            seen = shared->greedy;
            times++;
        }
    }
    report("the one above ran again, times", times);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
