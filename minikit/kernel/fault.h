/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* `current` has faulted: sends the fault to its parent or VMM, or reports it and stops the thread.
 */
void fault_raise(seL4_Fault_tag_t kind, uint64_t address, uint64_t status);

/* Writes the message of `from`'s fault to `to`. Returns its length. */
unsigned fault_tell(const struct thread *from, struct thread *to);

/* Applies the reply of `handler` to the fault of `thread`. Returns true if it continues. */
bool fault_answered(struct thread *thread, const struct thread *handler);

/* Limits SPSR to values that the thread may have: never the kernel's own exception level. */
uint64_t spsr_allowed(const struct thread *thread, uint64_t spsr);
uint64_t spsr_initial(void);
