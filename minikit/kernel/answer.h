/* SPDX-License-Identifier: BSD-2-Clause */
/* The answers of objects to invocations of `current`. */
#pragma once

#include "object.h"

enum {
    ANSWERED = -1,
};

/* An invocation begins; `wanted` is false where the caller does not wait for an answer. */
void answer_begin(bool wanted);

/* False when nobody wants an answer: then message registers must not be touched. */
bool answer_wanted(void);

/*
 * What an object gives back: a seL4_Error (0 is answered by an empty message), an error with
 * details for MR0 and MR1, or ANSWERED after `length` message registers have been set.
 */
int answer_error(int error, uint64_t detail0, uint64_t detail1);
int answer_with(unsigned length);

/* Writes the answer that `result` stands for. */
void answer_end(int result);
