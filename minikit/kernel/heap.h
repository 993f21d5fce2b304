/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#define PAGE_SIZE 4096ul

/* Sets the memory for objects and tables: `size` bytes at `base`. */
void heap_init(uint64_t base, uint64_t size);

/* Allocates zeroed pages. If `aligned`, they are aligned to `count` pages, a power of two. */
void *heap_pages(unsigned count, unsigned alignment);

/* Zeroes whole pages of RAM. The MMU must be on. */
void clear_pages(uint64_t start, uint64_t size);

void *memset(void *to, int byte, unsigned long size);
void *memcpy(void *to, const void *from, unsigned long size);
