/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* A capability space has as many slots on Microkit, used or not. */
enum {
    CSPACE_SLOTS = 512,
};

/* The capability in slot `cptr` of the thread, perhaps a null one; NULL when there is no such slot.
 */
static inline const struct cap *cap_find(const struct thread *thread, uint64_t cptr)
{
    static const struct cap none;
    if (cptr < thread->cap_count) {
        return &thread->caps[cptr];
    }
    return cptr < CSPACE_SLOTS ? &none : NULL;
}
