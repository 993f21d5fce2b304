/* SPDX-License-Identifier: BSD-2-Clause */
/* Results of an invocation, in the label of its reply. */
#pragma once

typedef enum {
    seL4_NoError = 0,
    seL4_InvalidArgument = 1,   /* MR0: which argument */
    seL4_InvalidCapability = 2, /* MR0: which capability, 0 is the invoked one */
    seL4_IllegalOperation = 3,
    seL4_RangeError = 4, /* MR0, MR1: smallest and largest permitted value */
    seL4_AlignmentError = 5,
    seL4_FailedLookup = 6,
    seL4_TruncatedMessage = 7,
    seL4_DeleteFirst = 8,
    seL4_RevokeFirst = 9,
    seL4_NotEnoughMemory = 10,
    seL4_NumErrors = 11,
} seL4_Error;
