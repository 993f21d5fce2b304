/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#define PAGE_SIZE 4096ul

/* Gives the kernel `size` bytes of memory at `base` to make its objects and tables in. */
void heap_init(uint64_t base, uint64_t size);

/* Pages that are zero, aligned to `count` pages (a power of two) where that is `aligned`. */
void *heap_pages(unsigned count, unsigned alignment);

/* Zeroes whole pages of RAM; the MMU must be on. */
void clear_pages(uint64_t start, uint64_t size);

void *memset(void *to, int byte, unsigned long size);
void *memcpy(void *to, const void *from, unsigned long size);
