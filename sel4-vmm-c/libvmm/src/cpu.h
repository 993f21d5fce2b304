/* SPDX-License-Identifier: BSD-2-Clause */
/* The few things that only an instruction of the CPU can do. All are permitted at EL0 by seL4. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* CNTPCT_EL0 */
uint64_t cpu_physical_count(void);

/*
 * Writes what lies in the data cache back to memory (point of coherency) and drops the instruction
 * cache's copy: a guest that runs with its MMU off bypasses the data cache.
 */
void cpu_clean(const void *start, size_t size);

/* Bytes that DC ZVA clears, a power of two from 4 to 2048. */
size_t cpu_zva_size(void);
