/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation: Arm ARM DDI 0487, D8.3. */
#include "mmu.h"
#include "guest_board.h"
#include "registers.h"
#include <stdbool.h>

#define ENTRIES         512u
#define BLOCK           0x1u
#define TABLE           0x3u
#define AF              (1ull << 10)
#define INNER_SHAREABLE (3ull << 8)
#define ATTRIBUTE(n)    ((uint64_t)(n) << 2)
#define EXECUTE_NEVER   (3ull << 53)

/* The memory types of MAIR_EL1, by ATTRIBUTE(n). */
#define DEVICE          0u
#define NORMAL_CACHED   1u
#define NORMAL_UNCACHED 2u
#define MAIR                                                        \
    ((0x00ull << (8 * DEVICE)) | (0xffull << (8 * NORMAL_CACHED)) | \
     (0x44ull << (8 * NORMAL_UNCACHED)))

/* TCR_EL1: 39-bit addresses for both tables, 4 KiB granule, 40-bit physical addresses, inner
 * shareable. */
#define T0SZ   25ull
#define T1SZ   (25ull << 16)
#define TG1_4K (2ull << 30)
#define SH0    (3ull << 12)
#define SH1    (3ull << 28)
#define IPS_40 (2ull << 32)
#define TCR    (T0SZ | T1SZ | TG1_4K | SH0 | SH1 | IPS_40)

#define SCTLR_M (1ull << 0)

static uint64_t table[ENTRIES] __attribute__((aligned(4096)));
static uint64_t window2[ENTRIES] __attribute__((aligned(4096)));
static uint64_t window3[ENTRIES] __attribute__((aligned(4096)));

const uint64_t right_tcr = TCR;

static uint64_t block(uint64_t address, unsigned attribute)
{
    uint64_t descriptor = address | AF | INNER_SHAREABLE | ATTRIBUTE(attribute) | BLOCK;

    return attribute == NORMAL_CACHED ? descriptor : descriptor | EXECUTE_NEVER;
}

static uint64_t ram_block(void)
{
    return GUEST_RAM_BASE / GIB * GIB;
}

void mmu_init(void)
{
    for (unsigned n = 0; n < ENTRIES; n++) {
        bool ram = n * GIB == ram_block();

        table[n] = block(n * GIB, ram ? NORMAL_CACHED : DEVICE);
    }
    table[NORMAL_ALIAS / GIB] = block(0, NORMAL_UNCACHED);
    table[CODE_ALIAS / GIB] = right_code_alias();
    table[WINDOW / GIB] = (uintptr_t)window2 | TABLE;
    window2[0] = (uintptr_t)window3 | TABLE;
    write_register(mair_el1, MAIR);
    write_register(tcr_el1, TCR);
    write_register(ttbr0_el1, (uintptr_t)table);
    write_register(ttbr1_el1, (uintptr_t)table);
    __asm__ volatile("dsb sy; tlbi vmalle1; dsb sy; isb" : : : "memory");
    write_register(sctlr_el1, read_register(sctlr_el1) | SCTLR_M);
    isb();
}

uint64_t right_code_alias(void)
{
    return block(ram_block(), NORMAL_CACHED);
}

void set_code_alias(uint64_t descriptor)
{
    *(volatile uint64_t *)&table[CODE_ALIAS / GIB] = descriptor;
    __asm__ volatile("dsb sy; isb" : : : "memory");
}

static void flush(void)
{
    __asm__ volatile("dsb sy; tlbi vmalle1; dsb sy; isb" : : : "memory");
}

void set_last_block(uint64_t descriptor)
{
    table[ENTRIES - 1] = descriptor;
    flush();
}

void set_window_page(unsigned n, uint64_t descriptor)
{
    window3[n] = descriptor;
    flush();
}

uint64_t right_table(void)
{
    return (uintptr_t)table;
}

void set_low_half(uint64_t tcr, uint64_t low_table)
{
    write_register(tcr_el1, tcr);
    write_register(ttbr0_el1, low_table);
    flush();
}

void right_low_half(uint64_t low_table)
{
    set_low_half(right_tcr, low_table);
}

void set_high_table(uint64_t address)
{
    write_register(ttbr1_el1, address);
    __asm__ volatile("isb; tlbi vmalle1; dsb sy; isb" : : : "memory");
}
