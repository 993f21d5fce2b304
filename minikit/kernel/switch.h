/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Prepares the processor to run `next` instead of `current`. */
void switch_to(struct thread *next);

/* Deactivates the guest when no thread runs. */
void switch_to_nobody(void);

/* Gives `current` the FPU. Returns false if it must not use it, or already has it: the trap is then
 * a fault. */
bool fpu_take(void);

void switch_init(void);
