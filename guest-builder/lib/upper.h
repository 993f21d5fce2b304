/* SPDX-License-Identifier: BSD-2-Clause */
/* Code that does not use the lower half of the address space. */
#pragma once

/* The beginning of the upper half with 39-bit addresses. Memory at A is also at A | UPPER_HALF. */
#define UPPER_HALF 0xffffff8000000000

#ifndef __ASSEMBLER__
#include <stdint.h>

/**
 * Calls a function at its address in the upper half, with the stack there. The lower half may be
 * anything meanwhile.
 */
void in_upper_half(void (*function)(uint64_t), uint64_t argument);
#endif
