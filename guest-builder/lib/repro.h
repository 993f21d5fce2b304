/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The findings of a guest that runs both bare and under a VMM: lines that must be the same on both.
 * They must not contain times.
 */
#pragma once

#include <stdint.h>

/** Prints "repro: WHAT VALUE", the value in hexadecimal. */
void repro(const char *what, uint64_t value);

/** Prints "repro: begin" and "repro: end". The reader of the lines waits for the second. */
void repro_begin(void);
void repro_end(void);
