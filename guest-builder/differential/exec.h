/* SPDX-License-Identifier: BSD-2-Clause */
/* Acts that execute instructions. */
#pragma once

#include "bytes.h"
#include "context.h"

/* Instead of a vector: the CPU of the act is off, or the machine has no place for the act. */
#define NOT_PERFORMED 0xffu

/** Executes the instructions of an act, whose code is in its place, and logs what they have done.
 */
void perform_exec(struct reader *program, unsigned number, struct context *context,
                  struct writer *log, bool with_par);

/** Takes up to `most` pending interrupts, logs them, and leaves none of them active. */
void take_interrupts(struct writer *log, unsigned most);
