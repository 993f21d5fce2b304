/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Performs system call `number` if it is one of a debug kernel. */
bool debug_syscall(int64_t number);
