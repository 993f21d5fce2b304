/* SPDX-License-Identifier: BSD-2-Clause */
/* A program: the pages it sees, and its acts in their order. */
#pragma once

#include "bytes.h"

/** The arena as programs find it. */
void program_start(void);

/**
 * Runs a program and puts everything back.
 *
 * @return 0, or why it was refused (REFUSED_MALFORMED ...)
 */
uint8_t program_run(struct reader program, struct writer *log);
