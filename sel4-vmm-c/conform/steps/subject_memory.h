/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resets a subject that has no call for that: restores all data of its objects, which the linker
 * places between the symbols of subject_bounds.S, to the state before the first call.
 */
#pragma once

#include <stdbool.h>

/** Whether this is possible: the data fits the buffer. */
bool subject_memory_fits(void);
/** Restores the data. The first call saves it instead. */
void subject_memory_restore(void);
