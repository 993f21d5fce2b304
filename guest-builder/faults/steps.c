/* SPDX-License-Identifier: BSD-2-Clause */
/* A debugger in the guest steps over instructions that a VMM executes in place of the CPU. */
#include "guest_board.h"
#include "psci.h"
#include "registers.h"
#include "repro.h"
#include "scenes.h"
#include "stage1.h"

#define ESR_EC_SHIFT   26
#define EC_STEP_OF_EL0 0x32
#define EC_STEP        0x33
#define ESR_STEP_ISV   (1ull << 24)

#define MDSCR_SS  (1ull << 0)
#define MDSCR_KDE (1ull << 13)
#define PSTATE_SS (1ull << 21)
#define PSTATE_D  (1ull << 9)

static void step_over(const char *name, const char *snippet, uint64_t pstate, uint64_t x0)
{
    struct attempt one = {
        .entry = WINDOW + PAGE + (uint64_t)(snippet - snippets),
        .pstate = (pstate & ~PSTATE_D) | PSTATE_SS,
        .x = {x0},
    };

    write_register(mdscr_el1, read_register(mdscr_el1) | MDSCR_SS | MDSCR_KDE);
    isb();
    attempt(&one);
    write_register(mdscr_el1, read_register(mdscr_el1) & ~(MDSCR_SS | MDSCR_KDE));
    isb();
    /* ISV shows whether the CPU knows what it stepped over. Behind a VMM it does not. */
    if (one.esr >> ESR_EC_SHIFT == EC_STEP_OF_EL0 || one.esr >> ESR_EC_SHIFT == EC_STEP) {
        one.esr &= ~ESR_STEP_ISV;
    }
    tell(name, &one);
    repro("  bytes that it came", one.elr - one.entry);
    repro("  SPSR", one.spsr);
}

void scene_steps(void)
{
    static const uint64_t states[] = {EL0T, EL1H};

    write_register(oslar_el1, 0);
    isb();
    window_page(0, PAGE_OF(GUEST_GICD_BASE, DEVICE) | AP_EL0);
    window_page(1, PAGE_OF(snippets, NORMAL) | AP_EL0 | AP_READ_ONLY);
    stage1_flush();
    for (unsigned n = 0; n < sizeof(states) / sizeof(states[0]); n++) {
        repro("from PSTATE", states[n]);
        step_over("a load", ldr_w1_x0, states[n], WINDOW + 0x400);
        step_over("a store", str_w1_x0, states[n], WINDOW + 0x400);
        step_over("a store of zero", str_wzr_x0, states[n], WINDOW + 0x400);
        step_over("a pair", ldp_w1_w2_x0, states[n], WINDOW + 0x400);
        step_over("a pair with write-back", stp_post_x0, states[n], WINDOW + 0x400);
    }
    step_over("a call", smc_0, EL1H, PSCI_VERSION);
    step_over("an undefined register", undefined, EL1H, 0);
    window_page(0, 0);
    window_page(1, 0);
    stage1_flush();
}
