/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug registers (Arm ARM D2): a watchpoint on everything that programs at EL0 touch in the lower
 * 2 GiB, a breakpoint at each of the first addresses of a program, and single steps. This guest
 * runs at EL1 only, so that none of them affects it. If a kernel leaves these registers active
 * while others run, they stop the next protection domain; docs/known-issues.md names the kernels.
 */
#include "gic.h"
#include "phases.h"
#include "psci.h"
#include "registers.h"
#include "survive.h"

enum {
    MDSCR_SS = 1 << 0,
    MDSCR_MDE = 1 << 15,

    CONTROL_ENABLE = 1 << 0,
    CONTROL_EL0 = 2 << 1,
    BREAKPOINT_WORD = 0xf << 5,
    WATCH_LOAD_STORE = 3 << 3,
    WATCH_BYTES = 0xff << 5,
    WATCH_2_GIB = 31 << 24,

    PROGRAM_START = 0x200000, /* its address in Microkit's linker script */
};

/** Exits of two kinds: a call that the VMM answers, and an access that it emulates. */
static void leave(void)
{
    counters.tried += 2;
    if (smc(PSCI_VERSION, 0, 0, 0) >> 16 != 1) {
        report_wrong("PSCI_VERSION", PSCI_VERSION, smc(PSCI_VERSION, 0, 0, 0), 0x10000);
    }
    write32(GICD_ICENABLER(1), 0);
}

/** Enables the debug registers that are set up, and checks that they survive exits. */
static void with_mdscr(uint64_t value)
{
    write_register(mdscr_el1, value);
    isb();
    leave();
    if (read_register(mdscr_el1) != value) {
        report_wrong("MDSCR_EL1", 0, read_register(mdscr_el1), value);
    }
    write_register(mdscr_el1, 0);
    isb();
}

void try_debug_registers(void)
{
    phase_begin();
    write_register(oslar_el1, 0);

    write_register(dbgwvr0_el1, 0);
    write_register(dbgwcr0_el1,
                   CONTROL_ENABLE | CONTROL_EL0 | WATCH_LOAD_STORE | WATCH_BYTES | WATCH_2_GIB);
    with_mdscr(MDSCR_MDE);
    write_register(dbgwcr0_el1, 0);

    write_register(dbgbvr0_el1, PROGRAM_START);
    write_register(dbgbcr0_el1, CONTROL_ENABLE | CONTROL_EL0 | BREAKPOINT_WORD);
    write_register(dbgbvr1_el1, PROGRAM_START + 4);
    write_register(dbgbcr1_el1, CONTROL_ENABLE | CONTROL_EL0 | BREAKPOINT_WORD);
    with_mdscr(MDSCR_MDE);
    write_register(dbgbcr0_el1, 0);
    write_register(dbgbcr1_el1, 0);

    with_mdscr(MDSCR_SS);
    phase_end("debug registers");
}
