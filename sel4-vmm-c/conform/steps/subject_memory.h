/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of a subject that has no call to start over: all data of its objects, which the linker
 * puts between subject_bounds.S' symbols. It is put back to what it was before the first call.
 */
#pragma once

#include <stdbool.h>

/** Whether that can be done: there is room to keep the data. */
bool subject_memory_fits(void);
/** Puts the data back; the first time keeps it instead. */
void subject_memory_restore(void);
