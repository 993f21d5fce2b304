/* SPDX-License-Identifier: BSD-2-Clause */
/* Values in a program: numbers, or offsets from an address that depends on the machine. */
#pragma once

#include "bytes.h"

/** Reads a value. `number` is that of the act whose code VALUE_HERE means. */
uint64_t read_value(struct reader *program, unsigned number);
