/* SPDX-License-Identifier: BSD-2-Clause */
#include "time.h"

#include <sel4/config.h>

#include "board.h"
#include "gic.h"

/* CNTHCTL_EL2: EL1 can use the physical counter, and the physical timer if EL0 can. */
enum {
    CNTHCTL_EL1PCTEN = 1 << 0,
    CNTHCTL_EL1PCEN = 1 << 1,
#ifdef CONFIG_EXPORT_PTMR_USER
    CNTHCTL = CNTHCTL_EL1PCTEN | CNTHCTL_EL1PCEN,
#else
    CNTHCTL = CNTHCTL_EL1PCTEN,
#endif
};

static uint64_t event = TIME_NEVER;

uint64_t time_from_us(uint64_t us)
{
    uint64_t hz = READ_SYSREG(cntfrq_el0);
    return us / 1000000 * hz + us % 1000000 * hz / 1000000;
}

void time_set_event(uint64_t at)
{
    if (at != event) {
        event = at;
        WRITE_SYSREG(cnthp_cval_el2, at);
        isb();
    }
}

void time_init(void)
{
    WRITE_SYSREG(cnthctl_el2, CNTHCTL);
    WRITE_SYSREG(cntvoff_el2, 0);
    WRITE_SYSREG(cnthp_cval_el2, TIME_NEVER);
    WRITE_SYSREG(cnthp_ctl_el2, 1);
    gic_enable(BOARD_HYPERVISOR_TIMER_INTID, true);
}
