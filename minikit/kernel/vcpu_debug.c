/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm ARM D2 (self-hosted debug), D17.3 (its registers). */
#include "vcpu_debug.h"

#include "arch.h"

enum {
    DFR0_PMU_SHIFT = 8, /* ID_AA64DFR0_EL1: version of the performance monitors */
    DFR0_PMU_NONE = 0,
    DFR0_PMU_FOREIGN = 0xf, /* IMPLEMENTATION DEFINED ones */
    DFR0_BREAKPOINTS_SHIFT = 12,
    DFR0_WATCHPOINTS_SHIFT = 20,
    DFR0_FIELD = 0xf,

    OSLSR_LOCKED = 1 << 1,
    PMCR_COUNTERS_SHIFT = 11,
    PMCR_COUNTERS = 0x1f,
};

/* clang-format off */
#define FROM_LAST(use)                                                            \
    use(15) use(14) use(13) use(12) use(11) use(10) use(9) use(8) use(7) use(6)   \
    use(5) use(4) use(3) use(2) use(1) use(0)

#define SAVE_BREAKPOINT(n)                                                        \
    case n:                                                                       \
        debug->breakpoints[n].address = READ_SYSREG(dbgbvr##n##_el1);             \
        debug->breakpoints[n].control = READ_SYSREG(dbgbcr##n##_el1);             \
        __attribute__((fallthrough));
#define SAVE_WATCHPOINT(n)                                                        \
    case n:                                                                       \
        debug->watchpoints[n].address = READ_SYSREG(dbgwvr##n##_el1);             \
        debug->watchpoints[n].control = READ_SYSREG(dbgwcr##n##_el1);             \
        __attribute__((fallthrough));
#define LOAD_BREAKPOINT(n)                                                        \
    case n:                                                                       \
        WRITE_SYSREG(dbgbvr##n##_el1, debug->breakpoints[n].address);             \
        WRITE_SYSREG(dbgbcr##n##_el1, debug->breakpoints[n].control);             \
        __attribute__((fallthrough));
#define LOAD_WATCHPOINT(n)                                                        \
    case n:                                                                       \
        WRITE_SYSREG(dbgwvr##n##_el1, debug->watchpoints[n].address);             \
        WRITE_SYSREG(dbgwcr##n##_el1, debug->watchpoints[n].control);             \
        __attribute__((fallthrough));
/* clang-format on */

/* The highest number of a breakpoint or watchpoint of this CPU. */
static unsigned last(unsigned shift)
{
    return READ_SYSREG(id_aa64dfr0_el1) >> shift & DFR0_FIELD;
}

void vcpu_debug_save(struct vcpu_debug *debug)
{
    switch (last(DFR0_BREAKPOINTS_SHIFT)) {
        FROM_LAST(SAVE_BREAKPOINT)
    default: break;
    }
    switch (last(DFR0_WATCHPOINTS_SHIFT)) {
        FROM_LAST(SAVE_WATCHPOINT)
    default: break;
    }
    debug->os_lock = READ_SYSREG(oslsr_el1) & OSLSR_LOCKED;
}

void vcpu_debug_load(const struct vcpu_debug *debug)
{
    switch (last(DFR0_BREAKPOINTS_SHIFT)) {
        FROM_LAST(LOAD_BREAKPOINT)
    default: break;
    }
    switch (last(DFR0_WATCHPOINTS_SHIFT)) {
        FROM_LAST(LOAD_WATCHPOINT)
    default: break;
    }
    WRITE_SYSREG(oslar_el1, debug->os_lock);
}

void vcpu_debug_init(void)
{
    uint64_t monitors = READ_SYSREG(id_aa64dfr0_el1) >> DFR0_PMU_SHIFT & DFR0_FIELD;
    uint64_t counters = 0;
    if (monitors != DFR0_PMU_NONE && monitors != DFR0_PMU_FOREIGN) {
        counters = READ_SYSREG(pmcr_el0) >> PMCR_COUNTERS_SHIFT & PMCR_COUNTERS;
    }
    WRITE_SYSREG(mdcr_el2, counters); /* HPMN: EL1 has all counters; no traps */
    WRITE_SYSREG(hstr_el2, 0);        /* no traps of AArch32 programs */
    WRITE_SYSREG(mdscr_el1, 0);
}
