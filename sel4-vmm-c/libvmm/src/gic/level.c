/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual timer's PPI is level-sensitive: it is pending while the timer asserts its line, or
 * because GICD_ISPENDR was written (4.3.7, 4.3.8). The guest lowers the line by CNTV_CTL, which
 * does not trap. So libvmm reads the timer at exits that happen anyway, before it loads the PPI
 * into a list register, and when GICD_ISPENDR is read. The kernel may then send its event again.
 */
#include "gic/gic.h"
#include "gic/page.h"
#include "guest/timer.h"

void gic_timer_fired(size_t cpu)
{
    uint32_t bit = gic_bit(vmm_config.vtimer_intid);
    const uint32_t *pending = &gic.cpu[cpu].private.pending;
    bool latched = *pending & bit;
    gic_raise(cpu, vmm_config.vtimer_intid);
    gic.cpu[cpu].timer_line = !latched && *pending & bit;
}

void gic_look_at_timer_line(size_t cpu)
{
    if (vtimer_is_asserted(cpu))
        return;
    gic.cpu[cpu].private.pending &= ~gic_bit(vmm_config.vtimer_intid);
    page_show_pending(vmm_config.vtimer_intid);
    gic_discarded(cpu, vmm_config.vtimer_intid);
}
