/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies to invocations by `current`. */
#pragma once

#include "object.h"

enum {
    ANSWERED = -1,
};

/* Begins an invocation. `wanted` is false if the caller does not wait for a reply. */
void answer_begin(bool wanted);

/* Whether the caller waits for a reply. If not, message registers must not be written. */
bool answer_wanted(void);

/*
 * The result of an invocation: a seL4_Error (0 gives an empty message), an error with details for
 * MR0 and MR1, or ANSWERED after `length` message registers have been set.
 */
int answer_error(int error, uint64_t detail0, uint64_t detail1);
int answer_with(unsigned length);

/* Writes the reply for `result`. */
void answer_end(int result);
