/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/timer.h"
#include "cpu.h"
#include "gic/gic.h"
#include "kernel.h"

enum {
    CNTV_CTL_ENABLE = 1,
    CNTV_CTL_IMASK = 2
};

/* CNTVOFF is 0 for every vCPU (vcpu.c): the virtual count equals the physical count. */
uint64_t vtimer_count(void)
{
    return cpu_physical_count();
}

uint64_t vtimer_deadline(size_t vcpu_id)
{
    uint64_t ctl = kernel_read_vcpu(vcpu_id, seL4_VCPUReg_CNTV_CTL);
    if ((ctl & (CNTV_CTL_ENABLE | CNTV_CTL_IMASK)) != CNTV_CTL_ENABLE)
        return TIMER_NEVER;
    return kernel_read_vcpu(vcpu_id, seL4_VCPUReg_CNTV_CVAL);
}

bool vtimer_is_asserted(size_t vcpu_id)
{
    return vtimer_deadline(vcpu_id) <= vtimer_count();
}

void vtimer_rearm(size_t vcpu_id, uint32_t intid)
{
    gic.cpu[vcpu_id].timer_line = false;
    kernel_ack_vppi(vcpu_id, intid);
}

void vtimer_event_dropped(size_t vcpu_id)
{
    const struct gic_block *private = &gic.cpu[vcpu_id].private;
    uint32_t has = private->pending | private->active | private->listed;
    if (KERNEL_CORES > 1 && !(has & gic_bit(vmm_config.vtimer_intid)))
        kernel_ack_vppi(vcpu_id, vmm_config.vtimer_intid);
}

void vtimer_event(size_t vcpu_id, uint64_t intid)
{
    if (intid == vmm_config.vtimer_intid)
        gic_timer_fired(vcpu_id);
}
