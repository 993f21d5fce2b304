/* SPDX-License-Identifier: BSD-2-Clause */
#include "tables.h"
#include "machine.h"
#include "registers.h"
#include <stdbool.h>

#define ENTRIES    512u
#define GIB_SHIFT  30
#define BLOCK      0x200000ull
#define MAX_TABLES 8

#define AF        (1ull << 10)
#define INNER     (3ull << 8)
#define READ_ONLY (1ull << 7)
#define EL0       (1ull << 6)
#define PXN       (1ull << 53)
#define UXN       (1ull << 54)
#define INDEX(n)  ((uint64_t)(n) << 2)

#define MAIR 0x0c0c0cbb0444ff00ull

#define TCR_T0SZ(n)  ((uint64_t)(n))
#define TCR_LOWER    (1ull << 8 | 1ull << 10 | 3ull << 12)  /* write-back, inner shareable */
#define TCR_UPPER    (1ull << 24 | 1ull << 26 | 3ull << 28) /* the same */
#define TCR_T1SZ(n)  ((uint64_t)(n) << 16)
#define TCR_TG1_4K   (2ull << 30)
#define TCR_IPS(n)   ((uint64_t)(n) << 32)
#define ADDRESS_BITS 39

typedef uint64_t table[ENTRIES] __attribute__((aligned(4096)));

struct translation translation __attribute__((aligned(16)));
uint8_t arena[ARENA_PAGES * PAGE] __attribute__((aligned(0x10000)));
uint64_t program_tables[4 * 0x10000 / 8] __attribute__((aligned(0x10000)));
uint32_t act_code[CODE_PAGES * PAGE / 4] __attribute__((aligned(4096)));

static table high_root, low_root, low_middle, window_low, top_middle, window_high, code_middle,
    code_pages, identity_middle;
static table pool[MAX_TABLES];
static unsigned pool_used;

extern const char _start[], _image_end[];

static uint64_t to_table(const uint64_t *entries)
{
    return physical(entries) | DESCRIPTOR_TABLE;
}

/* Maps the 2 MiB around an address in the guest's own half. */
static void map_block(uint64_t address, uint64_t attributes)
{
    uint64_t *entry = &high_root[address >> GIB_SHIFT & (ENTRIES - 1)];
    uint64_t *middle;

    if (*entry == 0) {
        if (pool_used == MAX_TABLES) {
            return;
        }
        *entry = to_table(pool[pool_used++]);
    }
    middle = (uint64_t *)(*entry & ~(uint64_t)(PAGE - 1));
    middle[address / BLOCK & (ENTRIES - 1)] =
        (address & ~(BLOCK - 1)) | attributes | AF | UXN | DESCRIPTOR_BLOCK;
}

static void map_range(uint64_t base, uint64_t size, uint64_t attributes)
{
    for (uint64_t at = base & ~(BLOCK - 1); at < base + size; at += BLOCK) {
        map_block(at, attributes);
    }
}

/* Maps this image at its physical address too, beside the window at address 0. */
static bool map_identity(void)
{
    uint64_t begin = physical(_start) & ~(BLOCK - 1);
    uint64_t end = physical(_image_end);
    unsigned gib = (unsigned)(begin >> GIB_SHIFT);
    const uint64_t *middle = (const uint64_t *)(high_root[gib] & ~(uint64_t)(PAGE - 1));

    if (begin == 0 || (end - 1) >> GIB_SHIFT != gib || gib >= ENTRIES / 2) {
        return false;
    }
    low_root[gib] = to_table(gib == 0 ? low_middle : identity_middle);
    for (uint64_t at = begin; at < end; at += BLOCK) {
        unsigned block = at / BLOCK & (ENTRIES - 1);

        (gib == 0 ? low_middle : identity_middle)[block] = middle[block];
    }
    return true;
}

void tables_build(void)
{
    const uint64_t device = INDEX(ATTRIBUTE_DEVICE) | PXN;
    const uint64_t normal = INDEX(ATTRIBUTE_NORMAL) | INNER;

    map_range(physical(_start), (uint64_t)(_image_end - _start), normal);
    map_range(machine.initrd.base, machine.initrd.size, normal);
    map_range(machine.uart.base, 1, device);
    map_range(machine.gicd.base, machine.gicd.size, device);
    map_range(machine.gicc.base, machine.gicc.size, device);
    high_root[ENTRIES - 1] = to_table(top_middle);
    top_middle[ENTRIES - 1] = to_table(window_high);
    high_root[(CODE_ADDRESS & ~HIGH_HALF) >> GIB_SHIFT] = to_table(code_middle);
    code_middle[0] = to_table(code_pages);
    for (unsigned i = 0; i < CODE_PAGES; i++) {
        code_pages[i] = (physical(act_code) + i * PAGE) | INDEX(ATTRIBUTE_NORMAL) | INNER | AF |
                        READ_ONLY | EL0 | DESCRIPTOR_PAGE;
    }
    low_root[0] = to_table(low_middle);
    low_middle[0] = to_table(window_low);
    translation = (struct translation){
        .has_identity = map_identity(),
        .mair = MAIR,
        .tcr = TCR_T0SZ(64 - ADDRESS_BITS) | TCR_LOWER | TCR_T1SZ(64 - ADDRESS_BITS) | TCR_UPPER |
               TCR_TG1_4K | TCR_IPS(read_register(id_aa64mmfr0_el1) & 7),
        .high_root = physical(high_root),
        .low_root = physical(low_root),
    };
}

uint64_t target_address(unsigned target)
{
    switch (target) {
    case TARGET_GICD: return machine.gicd.base;
    case TARGET_GICD_NEXT: return machine.gicd.base + PAGE;
    case TARGET_GICC: return machine.gicc.base;
    case TARGET_GICC_NEXT: return machine.gicc.base + PAGE;
    case TARGET_HOLE: return 0x7f00000000; /* the last 4 GiB of 512 */
    case TARGET_BEYOND: return 0x800000000000;
    case TARGET_TABLES: return physical(program_tables);
    default: return physical(arena) + target % ARENA_PAGES * PAGE;
    }
}

uint64_t window_descriptor(unsigned target, uint16_t attributes)
{
    /* Bits 9:0 are the lower attributes, 13:10 the upper ones, 15:14 the type. */
    return target_address(target) | (attributes & 0x3ffull) << 2 |
           (attributes >> 10 & 0xfull) << 51 | (uint64_t)(attributes >> 14);
}

void window_set(unsigned slot, uint64_t descriptor)
{
    if (slot < WINDOW_SLOTS / 2) {
        window_low[slot] = descriptor;
    } else {
        window_high[ENTRIES - WINDOW_SLOTS + slot % WINDOW_SLOTS] = descriptor;
    }
}

void window_default(unsigned slot)
{
    window_set(slot, target_address(slot % ARENA_PAGES) | INDEX(ATTRIBUTE_NORMAL) | INNER | AF |
                         EL0 | DESCRIPTOR_PAGE);
}

void tlb_flush(void)
{
    __asm__ volatile("dsb ishst; tlbi vmalle1is; dsb ish; isb" : : : "memory");
}
