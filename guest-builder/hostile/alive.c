/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks at the end whether the machine still works. */
#include "exception.h"
#include "gic.h"
#include "phases.h"
#include "psci.h"
#include "registers.h"
#include "survive.h"

#define SGI         1u
#define PRIORITY    0xa0a0a0a0u
#define TIMER_TICKS 10000u
#define PATIENCE    100000000u

static volatile bool taken[32];

void handle_irq(void)
{
    uint32_t acknowledged = gic_acknowledge();
    uint32_t intid = acknowledged & GIC_INTID;

    if (intid == GUEST_VTIMER_INTID) {
        write_register(cntv_ctl_el0, 0);
        isb();
    }
    if (intid < 32) {
        taken[intid] = true;
    }
    if (intid < GIC_FIRST_SPECIAL) {
        gic_end(acknowledged);
    }
}

static void await(unsigned intid)
{
    counters.tried++;
    for (unsigned n = 0; n < PATIENCE && !taken[intid]; n++) {
    }
    if (!taken[intid]) {
        report_wrong("interrupt", intid, 0, 1);
    }
}

void check_alive(void)
{
    phase_begin();
    /* Ends whatever the wild reads have acknowledged. */
    gic_end_all();
    gic_reset();
    for (unsigned n = 0; n < 8; n++) {
        write32(GIC_PRIVATE(GICD_IPRIORITYR(n)), PRIORITY);
    }
    gic_enable(SGI);
    gic_enable(GUEST_VTIMER_INTID);
    unmask_interrupts();
    gic_send_to_self(SGI);
    await(SGI);
    /* Masked: otherwise the interrupt could be taken before the WFI, which would then wait for
     * ever. */
    mask_interrupts();
    write_register(cntv_cval_el0, read_register(cntvct_el0) + TIMER_TICKS);
    write_register(cntv_ctl_el0, 1);
    __asm__ volatile("wfi");
    unmask_interrupts();
    await(GUEST_VTIMER_INTID);
    mask_interrupts();

    counters.tried++;
    if (smc(PSCI_VERSION, 0, 0, 0) >> 16 != 1) {
        report_wrong("PSCI_VERSION", PSCI_VERSION, smc(PSCI_VERSION, 0, 0, 0), 0x10000);
    }
    phase_end("alive");
}
