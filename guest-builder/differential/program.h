/* SPDX-License-Identifier: BSD-2-Clause */
/* A program: the pages that it sees, and its acts in order. */
#pragma once

#include "bytes.h"

/** Prepares the arena as programs find it. */
void program_start(void);

/**
 * Runs a program and restores everything.
 *
 * @return 0, or why it was refused (REFUSED_MALFORMED ...)
 */
uint8_t program_run(struct reader program, struct writer *log);
