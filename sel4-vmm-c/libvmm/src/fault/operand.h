/* SPDX-License-Identifier: BSD-2-Clause */
/* Operands of a trapped instruction. */
#pragma once

#include "fault/decode.h"
#include "kernel.h"

/*
 * Value of a general register, by the shortest read that contains it. Leaves the first four words
 * of the context in word[]; pc and PSTATE are among them.
 */
static inline uint64_t read_operand(size_t vcpu_id, unsigned n, seL4_Word word[4])
{
    size_t at = n == REGISTER_31 ? CONTEXT_SPSR : context_gpr[n];
    kernel_read_context(vcpu_id, at + 1, word);
    if (n == REGISTER_31)
        return 0;
    return at < 4 ? word[at] : seL4_GetMR((int)at);
}
