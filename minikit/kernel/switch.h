/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Makes the processor ready to run `next` instead of `current`. */
void switch_to(struct thread *next);

/* Leaves no guest active: nobody runs. */
void switch_to_nobody(void);

/* Gives `current` the FPU; false when it may not have it, or had it: then the trap is its fault. */
bool fpu_take(void);

void switch_init(void);
