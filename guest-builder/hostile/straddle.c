/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses that begin on an emulated page and end on another, which the monitor has to look up: one
 * that must not be written, one that does not exist, one whose tables are a trap.
 */
#include "forms.h"
#include "gic.h"
#include "guest_board.h"
#include "mmu.h"
#include "phases.h"
#include "registers.h"
#include "survive.h"
#include "upper.h"

#define PAGE_BYTES   0x1000u
#define EDGE         20u
#define TABLE        0x3ull
#define BLOCK_DEVICE 0x1ull /* attribute 0 of mmu.c */
#define PAGE         0x3ull
#define CACHED       (1ull << 2)
#define UNCACHED     (2ull << 2)
#define READ_ONLY    (1ull << 7)
#define AF           (1ull << 10)
#define SIZES        64u
#define GRANULES     4u
#define SELF_BYTES   0x10000u

static uint64_t victim[PAGE_BYTES / 8] __attribute__((aligned(4096)));
static uint64_t self[SELF_BYTES / 8] __attribute__((aligned(SELF_BYTES)));
static uint64_t last2[512] __attribute__((aligned(4096)));
static uint64_t last3[512] __attribute__((aligned(4096)));

static void check_victim(const char *what, uint64_t expected)
{
    for (unsigned n = 0; n < EDGE; n++) {
        uint64_t found = ((volatile uint64_t *)victim)[n];
        if (found != expected) {
            report_wrong(what, n, found, expected);
        }
    }
}

static void try_second(const char *what, uint64_t descriptor)
{
    set_window_page(1, descriptor);
    for (unsigned back = 1; back < EDGE; back++) {
        for (const struct form *form = forms; form < forms_end; form++) {
            counters.tried++;
            form->run(WINDOW + PAGE_BYTES - back, wild());
        }
    }
    check_victim(what, 0);
}

void try_two_pages(void)
{
    uint64_t memory = (uintptr_t)victim | PAGE | CACHED;

    phase_begin();
    set_window_page(0, GUEST_GICD_BASE | PAGE | UNCACHED | AF);
    try_second("memory to read", memory | READ_ONLY | AF);
    try_second("memory without its access flag", memory);
    try_second("nothing", 0);
    try_second("an address that is too large", 1ull << 44 | PAGE | AF);
    try_second("where nobody answers", GUEST_BEYOND_GIC | PAGE | UNCACHED | AF);
    set_window_page(0, 0);
    set_window_page(1, 0);
    phase_end("two pages");
}

static uint64_t attack_tcr;

/** Runs in the upper half, because the lower one contains only traps. */
static void attack(uint64_t low_table)
{
    uint64_t self_table = (uint64_t)self & ~(uint64_t)UPPER_HALF;
    uint64_t top = ~(uint64_t)7;

    write_register(vbar_el1, read_register(vbar_el1) | UPPER_HALF);
    isb();
    set_low_half(attack_tcr, self_table);
    __asm__ volatile("stp xzr, xzr, [%0]" : : "r"(top) : "memory");
    __asm__ volatile("ldp x2, x3, [%0]" : : "r"(top) : "x2", "x3", "memory");
    right_low_half(low_table);
    write_register(vbar_el1, read_register(vbar_el1) & ~(uint64_t)UPPER_HALF);
    isb();
}

/** Every address size and every granule, with a table that points to itself. */
void try_sizes(void)
{
    phase_begin();
    for (unsigned n = 0; n < SELF_BYTES / 8; n++) {
        self[n] = (uintptr_t)self | TABLE;
    }
    last2[511] = (uintptr_t)last3 | TABLE;
    last3[511] = GUEST_GICD_BASE | PAGE | UNCACHED | AF;
    set_last_block((uintptr_t)last2 | TABLE);
    set_high_table(right_table());
    for (uint64_t size = 0; size < SIZES; size++) {
        for (uint64_t granule = 0; granule < GRANULES; granule++) {
            attack_tcr = (right_tcr & ~0xc03full) | size | granule << 14;
            counters.tried += 2;
            in_upper_half(attack, right_table());
        }
    }
    set_last_block(511 * GIB | AF | BLOCK_DEVICE);
    phase_end("sizes of an address");
}
