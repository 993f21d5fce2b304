/* SPDX-License-Identifier: BSD-2-Clause */
/* One act of a program: decodes it and performs it. */
#pragma once

#include "bytes.h"
#include "context.h"

/** Writes the act's instructions to where they will be executed, and leaves the reader after the
 * act. */
void act_place(struct reader *program, unsigned number);

/** Performs the next act of the program and logs the observations. */
void act_perform(struct reader *program, unsigned number, struct context *context,
                 struct writer *log);

/** Clears the translation tables that acts have written. */
void act_put_back(void);
