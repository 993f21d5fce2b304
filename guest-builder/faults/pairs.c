/* SPDX-License-Identifier: BSD-2-Clause */
/* A pair that begins in an emulated device's page and ends in memory that the guest must not
 * access. */
#include "console.h"
#include "guest_board.h"
#include "repro.h"
#include "scenes.h"
#include "stage1.h"

#define SECRET 0x5ec7e7u

/* Pages of the window. */
enum {
    FIRST = 1, /* the distributor */
    SECOND,
    CODE
};

static volatile uint64_t memory[PAGE / 8] __attribute__((aligned(4096)));

static const struct {
    const char *name;
    uint64_t bits; /* combined with the page's address, or instead of it if that is 0 */
} seconds[] = {
    {"memory", AP_EL0},
    {"memory of EL1", 0},
    {"memory to read", AP_EL0 | AP_READ_ONLY},
    {"memory of EL1 to read", AP_READ_ONLY},
};

static uint64_t in_window(const char *snippet)
{
    return WINDOW + CODE * PAGE + (uint64_t)(snippet - snippets);
}

static void try_pair(const char *name, const char *snippet, uint64_t pstate)
{
    struct attempt one = {
        .entry = in_window(snippet),
        .pstate = pstate,
        .x = {WINDOW + SECOND * PAGE - 4, 0x1111, 0x2222},
    };

    memory[0] = SECRET;
    attempt(&one);
    tell(name, &one);
    repro("  x0", one.x[0]);
    repro("  x2", one.x[2]);
    repro("  memory", memory[0]);
}

static void try_all(const char *second, uint64_t descriptor)
{
    window_page(SECOND, descriptor);
    stage1_flush();
    put_string("repro: second page: ");
    put_string(second);
    put_string("\n");
    try_pair("stp at EL0", stp_w1_w2_x0, EL0T);
    try_pair("ldp at EL0", ldp_w1_w2_x0, EL0T);
    try_pair("stp at EL1", stp_w1_w2_x0, EL1H);
    try_pair("ldp at EL1", ldp_w1_w2_x0, EL1T);
    try_pair("stp with write-back at EL1", stp_post_x0, EL1H);
}

void scene_pairs(void)
{
    window_page(FIRST, PAGE_OF(GUEST_GICD_BASE, DEVICE) | AP_EL0);
    window_page(CODE, PAGE_OF(snippets, NORMAL) | AP_EL0 | AP_READ_ONLY);
    for (unsigned n = 0; n < sizeof(seconds) / sizeof(seconds[0]); n++) {
        try_all(seconds[n].name, PAGE_OF(memory, NORMAL) | seconds[n].bits);
    }
    try_all("not mapped", 0);
    try_all("memory without its access flag", (PAGE_OF(memory, NORMAL) | AP_EL0) & ~ACCESS_FLAG);
    window_page(SECOND, 0);
}
