/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU goes off (PSCI CPU_OFF). The interrupts in its list registers must not be lost. One that it
 * never took becomes pending in the distributor again, for another target or the next CPU_ON. One
 * that it took and did not end stays active, as in any distributor (4.3.9, 4.3.10), until the guest
 * writes GICD_ICACTIVER. It counts as acknowledged, so its ack function is called now.
 */
#include "gic/gic.h"
#include <libvmm/vmm.h>

static void take_back(size_t cpu, size_t index, bool was_pending)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    uint32_t intid = state->list_register[index];
    struct gic_block *block = gic_block_of(cpu, intid);
    state->used &= ~(UINT32_C(1) << index);
    block->listed &= ~gic_bit(intid);
    if (!was_pending) {
        block->active |= gic_bit(intid);
        return;
    }
    block->pending |= gic_bit(intid);
    if (intid < GIC_SGIS)
        state->sgi_sources[intid] |= state->list_sources[index];
}

void gic_withdrawn(size_t cpu, size_t index, bool was_pending)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    if (index >= vmm_config.list_registers || !(state->used >> index & 1))
        return;
    take_back(cpu, index, was_pending);
    if (!was_pending && state->list_register[index] >= GIC_SGIS)
        gic_acknowledged(cpu, state->list_register[index]);
}

/* The timer is off, and still is when the CPU starts again. */
static void reset_timer(size_t cpu)
{
    struct gic_block *private = &gic.cpu[cpu].private;
    private->pending &= ~gic_bit(vmm_config.vtimer_intid);
    private->active &= ~gic_bit(vmm_config.vtimer_intid);
    gic_discarded(cpu, vmm_config.vtimer_intid);
}

void gic_cpu_off(size_t cpu)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    for (uint32_t left = state->used; left != 0; left &= left - 1)
        take_back(cpu, (size_t)__builtin_ctz(left), true);
    reset_timer(cpu);
    state->asleep = false;
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        gic_update_cpu(i);
}
