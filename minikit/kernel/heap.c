/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for objects that the kernel creates at boot. It is never freed. */
#include "heap.h"

#include "arch.h"
#include "console.h"

static uint64_t next, end;

void heap_init(uint64_t base, uint64_t size)
{
    next = base;
    end = base + size;
}

void *heap_pages(unsigned count, unsigned alignment)
{
    uint64_t unit = alignment * PAGE_SIZE;
    uint64_t start = (next + unit - 1) / unit * unit;
    if (start + count * PAGE_SIZE > end) {
        panic("the heap ends at %x: the system table gives too little", end);
    }
    next = start + count * PAGE_SIZE;
    clear_pages(start, count * PAGE_SIZE);
    return (void *)start;
}

void clear_pages(uint64_t start, uint64_t size)
{
    uint64_t block = 4ul << (READ_SYSREG(dczid_el0) & 0xf);
    for (uint64_t at = start; at < start + size; at += block) {
        __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
    }
}

void *memset(void *to, int byte, unsigned long size)
{
    uint8_t *p = to;
    uint64_t word = (uint8_t)byte * 0x0101010101010101ull;
    for (; size >= 8 && (uintptr_t)p % 8 == 0; size -= 8, p += 8) {
        *(uint64_t *)(void *)p = word;
    }
    while (size-- > 0) {
        *p++ = (uint8_t)byte;
    }
    return to;
}

void *memcpy(void *to, const void *from, unsigned long size)
{
    uint8_t *p = to;
    const uint8_t *q = from;
    for (; size >= 8 && ((uintptr_t)p | (uintptr_t)q) % 8 == 0; size -= 8, p += 8, q += 8) {
        *(uint64_t *)(void *)p = *(const uint64_t *)(const void *)q;
    }
    while (size-- > 0) {
        *p++ = *q++;
    }
    return to;
}
