/* SPDX-License-Identifier: BSD-2-Clause */
/* The area of each CPU, which enter.S loads and saves. */
#pragma once

#include "layout.h"
#include <stdint.h>

struct context {
    uint64_t x[31];
    uint64_t sp_el0, sp_el1;
    uint64_t elr, spsr;
    uint64_t esr, far;
    uint64_t vector; /* number of the vector that was taken, 0 to 15 */
    uint64_t sctlr;
    uint64_t host_sp;
    uint64_t inside; /* an act is running */
    uint64_t simd;   /* v0 to v3 are part of it */
    uint64_t fail;   /* function to call on an exception between acts */
    uint64_t low;    /* run at the physical addresses of code and vectors, with these registers: */
    uint64_t ttbr1, tcr;
    uint64_t usual_ttbr1, usual_tcr;
    uint64_t q[8];
};

_Static_assert(__builtin_offsetof(struct context, sp_el0) == CONTEXT_SP_EL0, "layout");
_Static_assert(__builtin_offsetof(struct context, elr) == CONTEXT_ELR, "layout");
_Static_assert(__builtin_offsetof(struct context, vector) == CONTEXT_VECTOR, "layout");
_Static_assert(__builtin_offsetof(struct context, host_sp) == CONTEXT_HOST_SP, "layout");
_Static_assert(__builtin_offsetof(struct context, fail) == CONTEXT_FAIL, "layout");
_Static_assert(__builtin_offsetof(struct context, low) == CONTEXT_LOW, "layout");
_Static_assert(__builtin_offsetof(struct context, ttbr1) == CONTEXT_TTBR1, "layout");
_Static_assert(__builtin_offsetof(struct context, q) == CONTEXT_Q, "layout");

struct area {
    uint8_t vectors[AREA_CONTEXT];
    struct context context;
    uint8_t stack[AREA_SIZE - AREA_CONTEXT - sizeof(struct context)];
};
_Static_assert(sizeof(struct area) == AREA_SIZE, "layout");

extern struct area areas[MAX_CPUS];

/** Enters an act, and returns when an exception has ended it. */
void enter(struct context *context);

/** The same without the upper half of the address space, which the act may have no use of. */
void enter_low(struct context *context);
