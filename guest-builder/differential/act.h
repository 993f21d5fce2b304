/* SPDX-License-Identifier: BSD-2-Clause */
/* The acts of a program: decodes and performs them. */
#pragma once

#include "bytes.h"
#include "context.h"

/** Writes the act's instructions to where they will be executed, and leaves the reader after the
 * act. */
void act_place(struct reader *program, unsigned number);

/** The acts of a program while they are performed. */
struct acts {
    struct reader *program; /* at the next act */
    unsigned number, count;
    struct writer *log;
};

/** Performs all acts, each on its CPU, and logs the observations. */
void acts_perform(struct acts *acts);

/** Clears the translation tables that acts have written. */
void act_put_back(void);
