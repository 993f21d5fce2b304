/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pair at the end of the upper half, whose last page is a device. Its second register goes to
 * address 0, through lower-half tables that no CPU has walked. Covers all address sizes and all
 * granules, with a table that points to itself.
 */
#include "console.h"
#include "registers.h"
#include "repro.h"
#include "scenes.h"
#include "stage1.h"

#define TABLE_BYTES 0x10000u
#define TOP         0xfffffffffffffff8ull
#define TG0(n)      ((uint64_t)(n) << 14)
#define SIZES       64u

static uint64_t self[TABLE_BYTES / 8] __attribute__((aligned(TABLE_BYTES)));
static struct attempt one;
static uint64_t bad_tcr;

/* Blocks at levels without blocks are left out: QEMU 7.2 accepts them as blocks. */

/* The granules of a Cortex-A53. The meaning of other values of TG0 is up to the CPU. */
static const struct {
    const char *name;
    uint64_t tg0;
} granules[] = {{"4 KiB", 0}, {"64 KiB", 1}};

static void attack(uint64_t lower_table)
{
    uint64_t self_table = (uint64_t)self & ~UPPER;
    stage1_lower(bad_tcr, self_table);
    attempt((struct attempt *)((uint64_t)&one | UPPER));
    stage1_lower(stage1_tcr, lower_table);
}

static void try_size(uint64_t size, uint64_t tg0, uint64_t descriptor)
{
    for (unsigned n = 0; n < TABLE_BYTES / 8; n++) {
        self[n] = descriptor;
    }
    one = (struct attempt){
        .entry = (uint64_t)stp_zr_x0 | UPPER,
        .pstate = EL1H,
        .x = {TOP},
    };
    bad_tcr = (stage1_tcr & ~0x3full) | size | TG0(tg0);
    in_upper_half(attack, stage1_ttbr0());
}

/* Prints one line for each size at which the result changes. */
static void try_sizes(const char *name, uint64_t tg0, uint64_t descriptor)
{
    uint64_t esr = 0, first = ~0ull;

    for (uint64_t size = 0; size < SIZES; size++) {
        try_size(size, tg0, descriptor);
        if (size > 0 && one.esr == esr && self[0] == first) {
            continue;
        }
        esr = one.esr;
        first = self[0];
        repro("from T0SZ", size);
        tell(name, &one);
        repro("  the table's first word is as it was", self[0] == descriptor);
    }
}

void scene_sizes(void)
{
    uint64_t table = (uint64_t)self | VALID_PAGE;

    for (unsigned n = 0; n < sizeof(granules) / sizeof(granules[0]); n++) {
        put_string("repro: granule of ");
        put_string(granules[n].name);
        put_string("\n");
        try_sizes("a table that points to itself", granules[n].tg0, table);
        try_sizes("the same with its access flag", granules[n].tg0,
                  table | ACCESS_FLAG | INNER_SHAREABLE | ATTRIBUTE(NORMAL));
        try_sizes("an address beyond the CPU's", granules[n].tg0, 1ull << 44 | VALID_PAGE);
    }
}
