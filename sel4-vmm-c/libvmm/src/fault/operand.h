/* SPDX-License-Identifier: BSD-2-Clause */
/* Operands of a trapped instruction. */
#pragma once

#include "fault/decode.h"
#include "kernel.h"

/*
 * Value of a general register, from the shortest read of the context that contains it. Puts the
 * first four words of the context into word[], including pc and PSTATE.
 */
static inline uint64_t read_operand(size_t vcpu_id, unsigned n, seL4_Word word[4])
{
    size_t at = n == REGISTER_31 ? CONTEXT_SPSR : context_gpr[n];
    kernel_read_context(vcpu_id, at + 1, word);
    if (n == REGISTER_31)
        return 0;
    return at < 4 ? word[at] : seL4_GetMR((int)at);
}
