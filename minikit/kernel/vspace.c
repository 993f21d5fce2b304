/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache maintenance on addresses of the caller, done by physical address. */
#include "vspace.h"

#include <sel4/errors.h>
#include <sel4/invocation.h>

#include "answer.h"
#include "ipc.h"
#include "sched.h"
#include "space.h"
#include "system.h"

static void maintain(uint64_t label, uint64_t start, uint64_t size)
{
    switch (label) {
    case ARMVSpaceClean_Data: CACHE_RANGE("dc cvac", start, size); break;
    case ARMVSpaceInvalidate_Data: CACHE_RANGE("dc ivac", start, size); break;
    case ARMVSpaceCleanInvalidate_Data: CACHE_RANGE("dc civac", start, size); break;
    default:
        CACHE_RANGE("dc cvau", start, size);
        CACHE_RANGE("ic ivau", start, size);
        isb();
    }
}

int vspace_invoke(const struct thread *thread, uint64_t label, uint64_t length)
{
    if (label < ARMVSpaceClean_Data || label > ARMVSpaceUnify_Instruction) {
        return seL4_IllegalOperation;
    }
    if (length < 2) {
        return seL4_TruncatedMessage;
    }
    uint64_t start = message_get(current, 0);
    uint64_t end = message_get(current, 1);
    if (end <= start) {
        return answer_error(seL4_InvalidArgument, 1, 0);
    }
    if (end > seL4_UserTop) {
        return seL4_IllegalOperation;
    }
    struct page page;
    if (!space_find(thread->vttbr, start, &page)) {
        return seL4_NoError; /* none of it can be in a cache */
    }
    uint64_t page_start = start & -page.size;
    if (end > page_start + page.size) {
        return answer_error(seL4_RangeError, start, page_start + page.size - 1);
    }
    uint64_t paddr = page.paddr + (start - page_start);
    if (system_has_memory(paddr, end - start)) { /* a device is not cached */
        maintain(label, paddr, end - start);
    }
    return seL4_NoError;
}
