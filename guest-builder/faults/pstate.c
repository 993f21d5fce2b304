/* SPDX-License-Identifier: BSD-2-Clause */
/* PSTATE in the vector and its copy in SPSR_EL1, from each exception level and stack pointer. */
#include "guest_board.h"
#include "repro.h"
#include "scenes.h"
#include "stage1.h"

#define FLAGS (0xfull << 28)

static void try_flags(const char *name, const char *snippet, uint64_t pstate)
{
    static const uint64_t flags[] = {0, 0x5ull << 28, FLAGS};
    struct attempt one;

    for (unsigned n = 0; n < sizeof(flags) / sizeof(flags[0]); n++) {
        one = (struct attempt){
            .entry = WINDOW + PAGE + (uint64_t)(snippet - snippets),
            .pstate = pstate | flags[n],
            .x = {WINDOW},
        };
        attempt(&one);
        tell(name, &one);
        repro("  vector", one.vector);
        repro("  ELR, from the instruction on", one.elr - one.entry);
        repro("  SPSR", one.spsr);
        /* The architecture keeps the condition flags; QEMU clears them. */
        repro("  PSTATE in the vector", one.entered & ~FLAGS);
    }
}

void scene_pstate(void)
{
    static const uint64_t states[] = {EL0T, EL1T, EL1H, EL1H & ~(1ull << 8)};

    window_page(0, PAGE_OF(GUEST_RAM_BASE + GUEST_RAM_SIZE + 8 * GIB, DEVICE) | AP_EL0);
    window_page(1, PAGE_OF(snippets, NORMAL) | AP_EL0 | AP_READ_ONLY);
    stage1_flush();
    for (unsigned n = 0; n < sizeof(states) / sizeof(states[0]); n++) {
        repro("from PSTATE", states[n]);
        try_flags("an access that nobody answers", ldr_w1_x0, states[n]);
        try_flags("a pair that nobody answers", stp_w1_w2_x0, states[n]);
        try_flags("an undefined register", undefined, states[n]);
        try_flags("a branch to nowhere", branch_x0, states[n]);
    }
    window_page(0, 0);
    window_page(1, 0);
    stage1_flush();
}
