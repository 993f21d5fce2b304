/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest that runs both bare and under a VMM finds: lines that must be the same on both. No
 * figure of time belongs in them.
 */
#pragma once

#include <stdint.h>

/** Prints "repro: WHAT VALUE", the value in hexadecimal. */
void repro(const char *what, uint64_t value);

/** Prints "repro: begin" and "repro: end": whoever reads the lines waits for the second. */
void repro_begin(void);
void repro_end(void);
