/* SPDX-License-Identifier: BSD-2-Clause */
/* What of string.h libvmm uses, and what compilers call by themselves: a program may bring its own.
 */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
