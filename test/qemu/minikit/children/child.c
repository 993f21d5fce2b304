/* SPDX-License-Identifier: BSD-2-Clause */
/* Obeys its parent, and counts the results. */
#include "shared.h"

struct shared *shared;

void init(void)
{
    switch (shared->order) {
    case SPIN:
        for (;;) {
            shared->spun++;
        }
    default: break;
    }
}

void notified(microkit_channel ch)
{
    shared->notified++;
    switch (shared->order) {
    case CALL:
        microkit_mr_set(0, 7);
        microkit_ppcall(ch, microkit_msginfo_new(3, 1));
        shared->answered = microkit_mr_get(0);
        break;
    case FAULT:
        __asm__ volatile("udf #0" : : : "memory");
        shared->faulted++;
        break;
    default: break;
    }
}
