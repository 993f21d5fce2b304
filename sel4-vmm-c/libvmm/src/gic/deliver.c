/* SPDX-License-Identifier: BSD-2-Clause */
/* From the distributor into the list registers, and back at the end of an interrupt. */
#include "gic/gic.h"
#include "gic/gicd.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include <libvmm/hooks.h>

/* INTIDs of a word that are pending, enabled, forwarded (GICD_CTLR), and not on their way already.
 */
static uint32_t deliverable(size_t cpu, size_t word)
{
    uint32_t group1 = *gic_word(&gic.group, cpu, word);
    uint32_t forwarded = (gic.ctlr & 1 ? ~group1 : 0) | (gic.ctlr & 2 ? group1 : 0);
    return *gic_word(&gic.pending, cpu, word) & *gic_word(&gic.enabled, cpu, word) & forwarded &
           ~*gic_word(&gic.active, cpu, word) & ~*gic_word(&gic.listed, cpu, word);
}

/* Does the SPI go to this CPU? One with several targets goes to the first of them that is on. */
static bool targets(size_t cpu, uint32_t intid)
{
    if (intid < GIC_PRIVATE || vmm_config.vcpus == 1)
        return true;
    uint8_t set = *gic_byte(&gic.targets, cpu, intid);
    for (size_t i = 0; i < cpu; i++) {
        if (set >> i & 1 && vcpu_is_on(i))
            return false;
    }
    return set >> cpu & 1;
}

/*
 * Of the interrupts that wait for this CPU the one with the highest priority, and of several the
 * one with the lowest INTID; GIC_INTIDS if no priority is higher than `than`.
 */
static uint32_t next(size_t cpu, uint16_t than)
{
    uint32_t best = GIC_INTIDS;
    for (uint32_t words = gic.cpu[cpu].hot; words != 0; words &= words - 1) {
        size_t word = (size_t)__builtin_ctz(words);
        uint32_t waiting = deliverable(cpu, word);
        if (waiting == 0)
            gic.cpu[cpu].hot &= ~(UINT32_C(1) << word);
        for (; waiting != 0; waiting &= waiting - 1) {
            uint32_t intid = (uint32_t)word * 32 + (uint32_t)__builtin_ctz(waiting);
            uint8_t priority = *gic_byte(&gic.priority, cpu, intid);
            if (priority < than && targets(cpu, intid)) {
                than = priority;
                best = intid;
            }
        }
    }
    return best;
}

/* It leaves the distributor; an SGI that has several senders only from the first of them. */
static void take(size_t cpu, uint32_t intid)
{
    bool again = false;
    if (intid < GIC_SGIS) {
        uint8_t *sources = &gic.cpu[cpu].sgi_sources[intid];
        *sources &= (uint8_t)(*sources - 1);
        again = *sources != 0;
        gicd_page_refresh(GICD_CPENDSGIR + (intid & ~3u));
        gicd_page_refresh(GICD_SPENDSGIR + (intid & ~3u));
    }
    gic_assign(&gic.pending, cpu, intid, again);
    gic_assign(&gic.listed, cpu, intid, true);
}

/* Into a free list register that the kernel lets us load. */
static bool load(size_t cpu, uint32_t intid)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    uint8_t priority = *gic_byte(&gic.priority, cpu, intid);
    uint8_t group = gic_test(&gic.group, cpu, intid);
    for (size_t i = 0; i < vmm_config.list_registers; i++) {
        struct gic_list_register *slot = &state->list_register[i];
        if (slot->intid != GIC_LIST_REGISTER_FREE ||
            kernel_inject(cpu, intid, priority >> 3, group, i) != seL4_NoError)
            continue;
        *slot = (struct gic_list_register){(uint16_t)intid, priority};
        state->top_priority = priority;
        if (vmm_hooks.list_register_loaded)
            vmm_hooks.list_register_loaded(cpu, i, intid, priority >> 3);
        return true;
    }
    return false;
}

void gic_deliver(size_t cpu)
{
    while (gic.cpu[cpu].hot != 0) {
        uint32_t intid = next(cpu, gic.cpu[cpu].top_priority);
        if (intid == GIC_INTIDS || !load(cpu, intid))
            return; /* what is left is delivered at the next end of an interrupt */
        take(cpu, intid);
        vcpu_wake(cpu);
    }
}

bool gic_has_interrupt(size_t cpu)
{
    return gic.cpu[cpu].top_priority != GIC_LOWEST_PRIORITY;
}

static uint16_t top_priority(const struct gic_cpu *state)
{
    uint16_t top = GIC_LOWEST_PRIORITY;
    for (size_t i = 0; i < vmm_config.list_registers; i++) {
        const struct gic_list_register *slot = &state->list_register[i];
        if (slot->intid != GIC_LIST_REGISTER_FREE && slot->priority < top)
            top = slot->priority;
    }
    return top;
}

void gic_end_of_interrupt(size_t cpu, size_t index)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    if (index >= vmm_config.list_registers ||
        state->list_register[index].intid == GIC_LIST_REGISTER_FREE)
        return;
    uint32_t intid = state->list_register[index].intid;
    state->list_register[index].intid = GIC_LIST_REGISTER_FREE;
    state->top_priority = top_priority(state);
    gic_assign(&gic.listed, cpu, intid, false);
    state->hot |= UINT32_C(1) << intid / 32;
    gicd_page_pending(intid);
    if (vmm_hooks.interrupt_ended)
        vmm_hooks.interrupt_ended(cpu, index, intid);
    const struct gic_source *source = gic_source(cpu, intid);
    if (source->ack_fn)
        source->ack_fn(cpu, (int)intid, source->ack_data);
    if (source->rearm)
        source->rearm(cpu, intid);
    gic_deliver(cpu);
}
