/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <microkit.h>

struct shared {
    volatile seL4_Word seed;   /* of the child's next system call, from parent to child */
    volatile seL4_Word pc, sp; /* where it is made */
    volatile seL4_Word stack;  /* the child's first stack pointer, with which to start it */
    volatile seL4_Word done;   /* the seed, when the call returned */
    volatile seL4_Word result; /* a hash of the registers after it returned */
};

static inline seL4_Word mix(seL4_Word hash, seL4_Word word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ul;
    return hash ^ hash >> 29;
}
