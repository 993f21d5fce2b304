/* SPDX-License-Identifier: BSD-2-Clause */
/* Accesses and maintenance through a table that is not in memory, and where nothing is mapped. */
#include "guest_board.h"
#include "repro.h"
#include "scenes.h"
#include "stage1.h"

/* An address at which no machine has anything. */
#define NOWHERE (0x30ull << 32)

static const struct {
    const char *name;
    const char *snippet;
} tries[] = {
    {"ldr", ldr_w1_x0},      {"str", str_w1_x0},        {"ldp", ldp_w1_w2_x0},
    {"dc zva", dc_zva_x0},   {"dc civac", dc_civac_x0}, {"dc cvac", dc_cvac_x0},
    {"ic ivau", ic_ivau_x0}, {"at s1e1r", at_s1e1r_x0}, {"at s1e0w", at_s1e0w_x0},
    {"str q0", str_q0_x0},   {"branch", branch_x0},
};

static void try_each(uint64_t offset)
{
    for (unsigned n = 0; n < sizeof(tries) / sizeof(tries[0]); n++) {
        struct attempt one = {
            .entry = (uint64_t)tries[n].snippet,
            .pstate = EL1H,
            .x = {WINDOW + offset},
        };
        attempt(&one);
        tell(tries[n].name, &one);
    }
}

void scene_walks(void)
{
    repro("the table of level", 3);
    window_level2(NOWHERE | 3);
    stage1_flush();
    try_each(0x124);
    repro("the table of level", 2);
    window_level1(NOWHERE | 3);
    stage1_flush();
    try_each(0x124);
    window_level1(window_level1_right());
    window_level2(window_level2_right());
    repro("a page where nothing answers", 0);
    window_page(0, PAGE_OF(NOWHERE, NORMAL));
    stage1_flush();
    try_each(0x100); /* for an external abort of DC ZVA, QEMU reports the block's address */
    window_page(0, 0);
    stage1_flush();
}
