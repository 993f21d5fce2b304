/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that the compiler calls. They copy by bytes: with the MMU off, RAM is Device memory. */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile char *)to)[i] = ((const volatile char *)from)[i];
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile char *)to)[i] = (char)byte;
    return to;
}
