/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations that need special instructions. seL4 permits all of them at EL0. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* CNTPCT_EL0 */
uint64_t cpu_physical_count(void);

/*
 * Cleans the data cache to the point of coherency and invalidates the instruction cache. A guest
 * that runs with its MMU off bypasses the data cache.
 */
void cpu_clean(const void *start, size_t size);

/* Bytes that DC ZVA clears, a power of two from 4 to 2048. */
size_t cpu_zva_size(void);
