/* SPDX-License-Identifier: BSD-2-Clause */
#include "stage1.h"
#include "guest_board.h"
#include "registers.h"

#define ENTRIES 512u
#define TABLE   0x3ull
#define BLOCK   0x1ull
#define SCTLR_M 1ull

/* TCR_EL1: 39-bit addresses in both halves, 4 KiB granule, inner shareable, 40-bit physical
 * addresses. */
const uint64_t stage1_tcr = 25 | 25ull << 16 | 2ull << 30 | 3ull << 12 | 3ull << 28 | 2ull << 32;
#define MAIR 0x44ff00ull

#define TABLE_OF(name) static uint64_t name[ENTRIES] __attribute__((aligned(4096)))
TABLE_OF(lower);
TABLE_OF(upper);
TABLE_OF(window2);
TABLE_OF(window3);
TABLE_OF(last2);
TABLE_OF(last3);

void stage1_flush(void)
{
    __asm__ volatile("dsb sy; tlbi vmalle1; dsb sy; ic iallu; dsb sy; isb" : : : "memory");
}

void window_page(unsigned n, uint64_t descriptor)
{
    window3[n] = descriptor;
}

void window_level2(uint64_t descriptor)
{
    window2[0] = descriptor;
}

void window_level1(uint64_t descriptor)
{
    lower[WINDOW / GIB] = descriptor;
}

uint64_t window_level2_right(void)
{
    return (uintptr_t)window3 | TABLE;
}

uint64_t window_level1_right(void)
{
    return (uintptr_t)window2 | TABLE;
}

uint64_t stage1_ttbr0(void)
{
    return (uintptr_t)lower;
}

void stage1_lower(uint64_t tcr, uint64_t ttbr0)
{
    write_register(tcr_el1, tcr);
    write_register(ttbr0_el1, ttbr0);
    stage1_flush();
}

void stage1_init(void)
{
    uint64_t ram = GUEST_RAM_BASE / GIB;

    for (uint64_t n = 0; n < ENTRIES; n++) {
        uint64_t attribute = ATTRIBUTE(n == ram ? NORMAL : DEVICE);
        lower[n] = upper[n] = n * GIB | ACCESS_FLAG | INNER_SHAREABLE | attribute | BLOCK;
    }
    window_level1(window_level1_right());
    window_level2(window_level2_right());
    upper[ENTRIES - 1] = (uintptr_t)last2 | TABLE;
    last2[ENTRIES - 1] = (uintptr_t)last3 | TABLE;
    last3[ENTRIES - 1] = PAGE_OF(GUEST_GICD_BASE, DEVICE);
    write_register(mair_el1, MAIR);
    write_register(ttbr1_el1, (uintptr_t)upper);
    stage1_lower(stage1_tcr, stage1_ttbr0());
    write_register(sctlr_el1, read_register(sctlr_el1) | SCTLR_M);
    isb();
}
