/* SPDX-License-Identifier: BSD-2-Clause */
/* Moves interrupts from the distributor to the list registers, and frees those at their end. */
#include "gic/gic.h"
#include "gic/page.h"
#include "guest/vcpu.h"
#include "kernel_inject.h"
#include <libvmm/hooks.h>

/* An interrupt to load. */
struct candidate {
    struct gic_block *block; /* NULL: none */
    uint32_t intid;
};

/* Whether this CPU, which is on, gets the interrupt: an SPI goes to its first target that is on. */
static bool targets(size_t cpu, uint32_t intid)
{
    if (intid < GIC_PRIVATE)
        return true;
    for (size_t i = 0; i < cpu; i++) {
        if (gic_targets(i, intid) && vcpu_is_on(i))
            return false;
    }
    return gic_targets(cpu, intid);
}

/* Interrupts that are pending, enabled and in an enabled group, and neither active nor listed. */
static uint32_t ready(const struct gic_block *block)
{
    return block->pending & gic_forwarded(block) & ~(block->active | block->listed);
}

/* The waiting interrupt of this CPU with the highest priority; of several, the lowest INTID. */
static struct candidate find_next(struct gic_cpu *state, size_t cpu)
{
    struct candidate best = {NULL, 0};
    for (uint32_t blocks = state->waiting; blocks != 0; blocks &= blocks - 1) {
        uint32_t n = (uint32_t)__builtin_ctz(blocks);
        struct gic_block *block = gic_block(cpu, n);
        uint32_t left = ready(block);
        if (left == 0)
            state->waiting &= ~(UINT32_C(1) << n);
        for (; left != 0; left &= left - 1) {
            uint32_t at = (uint32_t)__builtin_ctz(left);
            if ((!best.block || block->priority[at] < best.block->priority[best.intid % 32]) &&
                targets(cpu, n * 32 + at))
                best = (struct candidate){block, n * 32 + at};
        }
    }
    return best;
}

/*
 * Loads a free list register. Returns false if there is none. A register that is free here is
 * neither pending nor active in the hardware, because only the end of its interrupt frees it.
 */
static bool load(struct gic_cpu *state, size_t cpu, const struct candidate *next)
{
    size_t index = (size_t)__builtin_ctz(~state->used);
    if (index >= vmm_config.list_registers)
        return false;
    uint32_t intid = next->intid;
    uint8_t priority = next->block->priority[intid % 32] >> 3;
    kernel_inject(cpu, intid, priority, next->block->group >> intid % 32 & 1, index);
    state->used |= UINT32_C(1) << index;
    state->list_register[index] = (uint16_t)intid;
    if (intid < GIC_SGIS)
        state->list_sources[index] = state->sgi_sources[intid] & -state->sgi_sources[intid];
    if (vmm_hooks.list_register_loaded)
        vmm_hooks.list_register_loaded(cpu, index, intid, priority);
    return true;
}

/* Clears the pending state in the distributor; for an SGI of a GICv2 only that of the first sender.
 */
static void take(struct gic_cpu *state, const struct candidate *next)
{
    uint32_t intid = next->intid;
    next->block->listed |= gic_bit(intid);
    if (intid == vmm_config.vtimer_intid)
        state->timer_line = false;
    if (intid < GIC_SGIS) {
        uint8_t sources = state->sgi_sources[intid];
        sources &= (uint8_t)(sources - 1);
        state->sgi_sources[intid] = sources;
        page_show_sgi(intid);
        if (sources != 0)
            return;
    }
    next->block->pending &= ~gic_bit(intid);
}

static bool deliver(struct gic_cpu *state, size_t cpu, const struct candidate *next)
{
    if (!load(state, cpu, next))
        return false;
    take(state, next);
    vcpu_wake(cpu);
    return true;
}

void gic_deliver_waiting(size_t cpu)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    struct candidate next;
    if (state->asleep || !vcpu_is_on(cpu))
        return;
    gic_look_at_timer(cpu);
    do {
        next = find_next(state, cpu);
    } while (next.block && deliver(state, cpu, &next));
}

/*
 * Usually nothing else waits for the CPU, so there is nothing to choose. Written as one function
 * because every SGI and timer interrupt takes this path.
 */
__attribute__((flatten)) void gic_raise(size_t cpu, uint32_t intid)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    struct candidate next = {gic_block_of(cpu, intid), intid};
    next.block->pending |= gic_bit(intid);
    bool alone = state->waiting == 0 && !state->asleep && vcpu_is_on(cpu) &&
                 (intid < GIC_PRIVATE || (vmm_config.vcpus == 1 && gic_targets(cpu, intid)));
    if (!alone || !(ready(next.block) & gic_bit(intid)) || !deliver(state, cpu, &next))
        gic_update(cpu, intid / 32);
    page_show_pending(intid);
}

bool gic_has_interrupt(size_t cpu)
{
    return gic.cpu[cpu].used != 0;
}

void gic_acknowledged(size_t cpu, uint32_t intid)
{
    const struct gic_source *source = gic_source(cpu, intid);
    if (source->ack_fn)
        source->ack_fn(cpu, (int)intid, source->ack_data);
    if (source->rearm)
        source->rearm(cpu, intid);
}

void gic_end_of_interrupt(size_t cpu, size_t index)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    if (index >= vmm_config.list_registers || !(state->used >> index & 1))
        return;
    state->used &= ~(UINT32_C(1) << index);
    uint32_t intid = state->list_register[index];
    struct gic_block *block = gic_block_of(cpu, intid);
    block->listed &= ~gic_bit(intid);
    page_show_pending(intid);
    if (vmm_hooks.interrupt_ended)
        vmm_hooks.interrupt_ended(cpu, index, intid);
    if (intid >= GIC_SGIS)
        gic_acknowledged(cpu, intid);
    if (block->pending & gic_bit(intid)) /* pending again, perhaps for another CPU */
        gic_update(cpu, intid / 32);
    gic_deliver(cpu);
}
