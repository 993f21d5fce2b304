/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions of string.h that libvmm or compiler-generated code uses. A program may bring its own.
 */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
