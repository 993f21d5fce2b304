/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Properties of an invocation. */
enum {
    INVOKE_BLOCK = 1 << 0, /* wait for a receiver; fault if the slot does not exist */
    INVOKE_CALL = 1 << 1,  /* the caller waits for a reply */
    INVOKE_LEND = 1 << 2,  /* its scheduling context may be lent */
    INVOKE_FIRST = 1 << 3, /* the first half of a call that goes on to receive */
};

/* `current` invokes its capability `cptr` with the message in its registers and IPC buffer. */
void invoke(uint64_t cptr, unsigned how);
