/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translation tables with a 4 KiB granule (Arm ARM D8): stage 1 of EL2 for the kernel (levels 1 to
 * 3), and stage 2 for each protection domain and virtual machine (40-bit input, with two adjacent
 * level-1 pages, as in seL4).
 */
#include "space.h"

#include "arch.h"
#include "board.h"
#include "console.h"
#include "heap.h"
#include "system.h"

/* Descriptors. */
#define VALID        (1ull << 0)
#define TABLE        (1ull << 1) /* at level 1 and 2: a table, not a block; at level 3: a page */
#define SH_INNER     (3ull << 8)
#define ACCESSED     (1ull << 10)
#define NEVER_RUN    (1ull << 54)
#define ADDRESS_MASK 0x0000fffffffff000ull

/* Stage 1 of EL2; AttrIndx counts the bytes of MAIR_EL2. */
#define S1_DEVICE    (0ull << 2 | NEVER_RUN)
#define S1_NORMAL    (1ull << 2 | SH_INNER)
#define S1_READ_ONLY (1ull << 7)
enum {
    MAIR = 0xff00, /* 0: Device-nGnRnE, 1: Normal write-back */
    SCTLR = 0x30c50830 | 1 << 0 | 1 << 2 | 1 << 3 | 1 << 12 | 1 << 19, /* M C SA I WXN */
};
#define TCR (25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1 << 23 | 1u << 31) /* 39 bits */

/* Stage 2. */
#define S2_DEVICE (0ull << 2)
#define S2_NORMAL (15ull << 2 | SH_INNER)
#define S2_READ   (1ull << 6)
#define S2_WRITE  (2ull << 6)

#define BLOCK_SIZE 0x200000ull

extern char kernel_start[], kernel_data[], kernel_end[];
void mmu_on(uint64_t root, uint64_t mair, uint64_t tcr, uint64_t sctlr);

/* Pages for the kernel's own tables, which are needed before the heap. */
static uint64_t kernel_tables[12][512] __attribute__((aligned(4096)));
static unsigned kernel_tables_used;

static uint64_t *kernel_table(void)
{
    if (kernel_tables_used == sizeof(kernel_tables) / sizeof(*kernel_tables)) {
        panic("too few pages for the kernel's own tables");
    }
    return kernel_tables[kernel_tables_used++];
}

static uint64_t *stage2_table(void)
{
    return heap_pages(1, 1);
}

/* The table that `entry` points to, created if necessary. */
static uint64_t *descend(uint64_t *entry, uint64_t *(*new_table)(void))
{
    if (!(*entry & VALID)) {
        *entry = (uintptr_t)new_table() | TABLE | VALID;
    } else if (!(*entry & TABLE)) {
        panic("a map of small pages lies in one of large pages, at %x", *entry & ADDRESS_MASK);
    }
    return (uint64_t *)(uintptr_t)(*entry & ADDRESS_MASK);
}

static void map(uint64_t *root, uint64_t vaddr, uint64_t paddr, uint64_t size, uint64_t page_size,
                uint64_t attributes, uint64_t *(*new_table)(void))
{
    for (uint64_t done = 0; done < size; done += page_size) {
        uint64_t at = vaddr + done;
        uint64_t page = (paddr + done) | attributes | ACCESSED | VALID;
        uint64_t *level2 = descend(&root[at >> 30], new_table);
        if (page_size == BLOCK_SIZE) {
            level2[at >> 21 & 511] = page;
        } else {
            descend(&level2[at >> 21 & 511], new_table)[at >> 12 & 511] = page | TABLE;
        }
    }
}

static void kernel_map(uint64_t *root, uint64_t base, uint64_t size, uint64_t attributes)
{
    uint64_t start = base & -BLOCK_SIZE;
    map(root, start, start, base + size - start, BLOCK_SIZE, attributes, kernel_table);
}

void kernel_space_on(bool caches_were_on)
{
    static const struct range {
        uint64_t base, size;
    } memory[] = BOARD_MEMORY, devices[] = BOARD_DEVICES;
    uint64_t *root = kernel_table();
    for (unsigned i = 0; i < sizeof(memory) / sizeof(*memory); i++) {
        kernel_map(root, memory[i].base, memory[i].size, S1_NORMAL | NEVER_RUN);
    }
    for (unsigned i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
        kernel_map(root, devices[i].base, devices[i].size, S1_DEVICE);
    }

    /* Maps the kernel's own block by pages: code read-only, data not executable. */
    uint64_t block = (uintptr_t)kernel_start & -BLOCK_SIZE;
    descend(&root[block >> 30], kernel_table)[block >> 21 & 511] = 0;
    map(root, block, block, BLOCK_SIZE, PAGE_SIZE, S1_NORMAL | NEVER_RUN, kernel_table);
    uint64_t code_size = (uintptr_t)kernel_data - (uintptr_t)kernel_start;
    map(root, (uintptr_t)kernel_start, (uintptr_t)kernel_start, code_size, PAGE_SIZE,
        S1_NORMAL | S1_READ_ONLY, kernel_table);

    if (!caches_were_on) {
        /* Stale cache lines must not hide data that was written with the caches off. */
        CACHE_RANGE("dc ivac", kernel_data, kernel_end - kernel_data);
    }
    dsb();
    mmu_on((uintptr_t)root, MAIR, TCR, SCTLR);
}

static void fill(uint64_t *root, const struct mk_space *space)
{
    for (uint32_t i = space->first_map; i < space->first_map + space->map_count; i++) {
        const struct mk_map *m = system_map(i);
        uint64_t attributes = m->flags & MK_MAP_CACHED ? S2_NORMAL : S2_DEVICE;
        attributes |= m->flags & MK_MAP_READ ? S2_READ : 0;
        attributes |= m->flags & MK_MAP_WRITE ? S2_WRITE : 0;
        attributes |= m->flags & MK_MAP_EXECUTE ? 0 : NEVER_RUN;
        map(root, m->vaddr, m->paddr, m->size, m->page_size, attributes, stage2_table);
    }
}

void spaces_make(uint64_t vttbrs[MAX_SPACES])
{
    /* Roots are allocated first, because they are two pages with that alignment. */
    for (uint32_t i = 0; i < system->space_count; i++) {
        uint64_t vmid = i + 1;
        vttbrs[i] = vmid << 48 | (uintptr_t)heap_pages(2, 2);
    }
    for (uint32_t i = 0; i < system->space_count; i++) {
        fill((uint64_t *)(uintptr_t)(vttbrs[i] & ADDRESS_MASK), system_space(i));
    }
}

bool space_find(uint64_t vttbr, uint64_t vaddr, struct page *page)
{
    const uint64_t *table = (const uint64_t *)(uintptr_t)(vttbr & ADDRESS_MASK);
    uint64_t index = vaddr >> 30;
    for (unsigned shift = 30;; shift -= 9, index = vaddr >> shift & 511) {
        uint64_t entry = table[index];
        if (!(entry & VALID)) {
            return false;
        }
        if (shift == 12 || !(entry & TABLE)) {
            page->size = 1ull << shift;
            page->paddr = entry & ADDRESS_MASK & -page->size;
            return true;
        }
        table = (const uint64_t *)(uintptr_t)(entry & ADDRESS_MASK);
    }
}
