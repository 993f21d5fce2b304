/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

enum {
    CSPACE_BITS = 9, /* slots of Microkit's capability table, whether used or not */
    CSPACE_SLOTS = 1 << CSPACE_BITS,
    ROOT_BITS = 6, /* slots of the root above it: slot 0 leads to the table, the others are empty */
};

/* Bits of a capability pointer that index the table. */
static inline unsigned cap_bits_below_root(const struct thread *thread)
{
    bool has_root = CONFIG_MINIKIT_MICROKIT >= 20300 && !thread->vcpu;
    return has_root ? seL4_WordBits - ROOT_BITS : seL4_WordBits;
}

/* The capability in slot `cptr` of the thread, possibly a null capability; NULL without such a
 * slot. */
static inline const struct cap *cap_find(const struct thread *thread, uint64_t cptr)
{
    static const struct cap none;
    if (cptr < thread->cap_count) {
        return &thread->caps[cptr];
    }
    unsigned below = cap_bits_below_root(thread);
    bool in_root = below < seL4_WordBits && cptr >> below != 0;
    return in_root || cptr < CSPACE_SLOTS ? &none : NULL;
}
