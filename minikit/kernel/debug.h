/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Does system call `number` if it is one that only debug kernels have. */
bool debug_syscall(int64_t number);
