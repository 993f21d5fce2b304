/* SPDX-License-Identifier: BSD-2-Clause */
/* From the distributor into the list registers, and back at the end of an interrupt. */
#include "gic/gic.h"
#include "gic/page.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include <libvmm/hooks.h>

/* Does the SPI go to this CPU? One with several targets goes to the first of them that is on. */
static bool targets(size_t cpu, uint32_t intid)
{
    if (intid < GIC_PRIVATE || vmm_config.vcpus == 1)
        return true;
    uint8_t set = gic_block_of(cpu, intid)->targets[intid % 32];
    for (size_t i = 0; i < cpu; i++) {
        if (set >> i & 1 && vcpu_is_on(i))
            return false;
    }
    return set >> cpu & 1;
}

/* Interrupts that are pending and could be taken, priority aside. */
static uint32_t ready(const struct gic_block *block)
{
    return block->pending & gic_forwarded(block) & ~(block->active | block->listed);
}

struct candidate {
    struct gic_block *block; /* NULL: none */
    uint32_t intid;
    uint16_t priority;
};

/*
 * Of the interrupts that wait for this CPU with a higher priority than the list registers hold, the
 * one with the highest, and of several the one with the lowest INTID.
 */
static struct candidate find_next(struct gic_cpu *state, size_t cpu)
{
    struct candidate best = {.priority = state->top_priority};
    for (uint32_t blocks = state->waiting; blocks != 0; blocks &= blocks - 1) {
        uint32_t n = (uint32_t)__builtin_ctz(blocks);
        struct gic_block *block = n == 0 ? &state->private : &gic.shared[n - 1];
        uint32_t waiting = ready(block);
        if (waiting == 0)
            state->waiting &= ~(UINT32_C(1) << n);
        for (; waiting != 0; waiting &= waiting - 1) {
            uint32_t at = (uint32_t)__builtin_ctz(waiting);
            if (block->priority[at] < best.priority && targets(cpu, n * 32 + at))
                best = (struct candidate){block, n * 32 + at, block->priority[at]};
        }
    }
    return best;
}

/*
 * Into a free list register; false if there is none. One that is free here is neither pending nor
 * active in the hardware, where only the end of its interrupt freed it.
 */
static bool load(struct gic_cpu *state, size_t cpu, const struct candidate *next)
{
    uint32_t index = (uint32_t)__builtin_ctz(~(uint32_t)state->used);
    if (index >= vmm_config.list_registers)
        return false;
    uint8_t priority = (uint8_t)(next->priority >> 3);
    uint8_t group = next->block->group >> next->intid % 32 & 1;
    kernel_inject(cpu, next->intid, priority, group, index);
    state->used |= (uint16_t)(1u << index);
    state->list_register[index] = (struct gic_list_register){(uint16_t)next->intid, next->priority};
    state->top_priority = next->priority;
    if (vmm_hooks.list_register_loaded)
        vmm_hooks.list_register_loaded(cpu, index, next->intid, priority);
    return true;
}

/* It leaves the distributor; an SGI that has several senders only from the first of them. */
static void take(struct gic_cpu *state, const struct candidate *next)
{
    uint32_t intid = next->intid;
    next->block->listed |= gic_bit(intid);
    if (intid < GIC_SGIS) {
        uint8_t sources = state->sgi_sources[intid];
        sources &= (uint8_t)(sources - 1);
        state->sgi_sources[intid] = sources;
        page_show_sgi(intid);
        if (sources != 0)
            return;
    }
    next->block->pending &= ~gic_bit(intid);
    if (next->block->pending == 0)
        state->waiting &= ~(UINT32_C(1) << intid / 32);
}

/* One that finds no list register waits for the next end of an interrupt. */
static bool deliver(struct gic_cpu *state, size_t cpu, const struct candidate *next)
{
    if (!load(state, cpu, next))
        return false;
    take(state, next);
    vcpu_wake(cpu);
    return true;
}

void gic_deliver_next(size_t cpu)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    struct candidate next = find_next(state, cpu);
    if (next.block)
        deliver(state, cpu, &next);
}

/*
 * Mostly nothing else waits for the CPU, and there is no choice to be made. Flat, as every SGI and
 * timer interrupt comes this way.
 */
__attribute__((flatten)) void gic_raise(size_t cpu, uint32_t intid)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    struct candidate next = {.block = gic_block_of(cpu, intid), .intid = intid};
    next.priority = next.block->priority[intid % 32];
    next.block->pending |= gic_bit(intid);
    bool alone = state->waiting == 0 && (intid < GIC_PRIVATE || vmm_config.vcpus == 1);
    if (!alone || !(ready(next.block) & gic_bit(intid)) || next.priority >= state->top_priority ||
        !deliver(state, cpu, &next))
        gic_update(cpu, intid / 32);
    page_show_pending(intid);
}

bool gic_has_interrupt(size_t cpu)
{
    return gic.cpu[cpu].used != 0;
}

static uint16_t top_priority(const struct gic_cpu *state)
{
    uint16_t top = GIC_LOWEST_PRIORITY;
    for (uint32_t used = state->used; used != 0; used &= used - 1) {
        uint16_t priority = state->list_register[__builtin_ctz(used)].priority;
        top = priority < top ? priority : top;
    }
    return top;
}

static void acknowledged(size_t cpu, uint32_t intid)
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
    uint32_t intid = state->list_register[index].intid;
    state->used &= (uint16_t) ~(1u << index);
    state->top_priority = top_priority(state);
    struct gic_block *block = gic_block_of(cpu, intid);
    block->listed &= ~gic_bit(intid);
    if (block->pending & gic_bit(intid))
        state->waiting |= UINT32_C(1) << intid / 32;
    page_show_pending(intid);
    if (vmm_hooks.interrupt_ended)
        vmm_hooks.interrupt_ended(cpu, index, intid);
    if (intid >= GIC_SGIS)
        acknowledged(cpu, intid);
    gic_deliver(cpu);
}
