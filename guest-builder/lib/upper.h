/* SPDX-License-Identifier: BSD-2-Clause */
/* Code that does without the lower half of the address space. */
#pragma once

/* Where the upper half begins, with 39 bits of address; what lies at A lies at A | UPPER_HALF, too.
 */
#define UPPER_HALF 0xffffff8000000000

#ifndef __ASSEMBLER__
#include <stdint.h>

/** Calls a function at its place in the upper half, with the stack there: the lower half may be
 * anything meanwhile. */
void in_upper_half(void (*function)(uint64_t), uint64_t argument);
#endif
