/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

enum {
    CSPACE_BITS = 9, /* of Microkit's table of capabilities: so many slots, used or not */
    CSPACE_SLOTS = 1 << CSPACE_BITS,
    ROOT_BITS = 6, /* of the root above it, whose slot 0 leads to it; its others are empty */
};

/* How many bits of a capability pointer are left where the table of slots is looked up. */
static inline unsigned cap_bits_below_root(const struct thread *thread)
{
    bool has_root = CONFIG_MINIKIT_MICROKIT >= 20300 && !thread->vcpu;
    return has_root ? seL4_WordBits - ROOT_BITS : seL4_WordBits;
}

/* The capability in slot `cptr` of the thread, perhaps a null one; NULL when there is no such slot.
 */
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
