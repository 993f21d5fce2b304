/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* How an invocation is made. */
enum {
    INVOKE_BLOCK = 1 << 0, /* wait for a receiver, fault where there is no such slot */
    INVOKE_CALL = 1 << 1,  /* the caller wants an answer */
    INVOKE_LEND = 1 << 2,  /* its scheduling context may go along */
    INVOKE_FIRST = 1 << 3, /* the first half of a call that goes on to receive */
};

/* `current` invokes its capability `cptr` with the message in its registers and IPC buffer. */
void invoke(uint64_t cptr, unsigned how);

/*
 * What invocations of objects give: a seL4_Error (0 is answered by an empty message), or
 * INVOKE_ANSWERED when they have written the answer to `current` themselves.
 */
#define INVOKE_ANSWERED (-1)

/* False when nobody wants an answer: then message registers must not be touched. */
bool invoke_is_call(void);

/* The answer to a call of `current`: `length` message registers, already set. */
int invoke_answer(unsigned length);

/* Errors with details, for MR0 and MR1. */
int invoke_error(int error, uint64_t detail0, uint64_t detail1);
