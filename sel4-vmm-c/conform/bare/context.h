/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of EL1 at its last exception to EL2. */
#pragma once

#define CONTEXT_ELR 248
#define BARE_STACK  0x4000

#ifndef __ASSEMBLER__
#include <stdint.h>

struct context {
    uint64_t x[31];
    uint64_t elr, spsr;
};
_Static_assert(__builtin_offsetof(struct context, elr) == CONTEXT_ELR, "layout of a context");

/** Runs EL1 until an exception to EL2. Returns ESR_EL2. */
uint64_t enter(struct context *context);
#endif
