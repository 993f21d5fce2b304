/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <microkit.h>

struct shared {
    volatile seL4_Word greedy;    /* what `greedy` has counted to */
    volatile seL4_Word slices[2]; /* and what `a` and `b` have */
    volatile seL4_Word done[2];   /* `a`, `b`: the other one has run often enough */
};
