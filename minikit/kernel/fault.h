/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* `current` cannot go on: tells its parent, or its VMM, or stops it with a report. */
void fault_raise(seL4_Fault_tag_t kind, uint64_t address, uint64_t status);

/* Writes the message of `from`'s fault to `to`; gives its length. */
unsigned fault_tell(const struct thread *from, struct thread *to);

/* Applies the answer of `handler` to the fault of `thread`; true: it goes on. */
bool fault_answered(struct thread *thread, const struct thread *handler);

/* SPSR that a thread of this kind may have: never the kernel's own level. */
uint64_t spsr_allowed(const struct thread *thread, uint64_t spsr);
uint64_t spsr_initial(void);
