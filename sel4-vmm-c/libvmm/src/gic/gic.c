/* SPDX-License-Identifier: BSD-2-Clause */
/* State of the virtual interrupt controller. */
#include "gic/gic.h"
#include "memory.h"

struct gic gic;

/* Lets the hardware behind everything that is pending or in a list register raise it again. */
static void discard_all(void)
{
    for (size_t cpu = 0; cpu < vmm_config.vcpus; cpu++) {
        for (uint32_t intid = GIC_SGIS; intid < (cpu == 0 ? GIC_INTIDS : GIC_PRIVATE); intid++) {
            if (gic_test(&gic.pending, cpu, intid) || gic_test(&gic.listed, cpu, intid))
                gic_discarded(cpu, intid);
        }
    }
}

static void reset_cpu(size_t cpu)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    for (size_t i = 0; i < VMM_MAX_LIST_REGISTERS; i++)
        state->list_register[i].intid = GIC_LIST_REGISTER_FREE;
    state->top_priority = GIC_LOWEST_PRIORITY;
    state->hot = 0;
    memset(state->sgi_sources, 0, sizeof(state->sgi_sources));
    gic.enabled.banked[cpu] = 0xffff; /* SGIs are always enabled, as on GIC-400 */
    gic.edge.banked[cpu] = 0xffff;    /* SGIs are edge-triggered, PPIs level-sensitive */
    memset(gic.targets.banked[cpu], 1 << cpu, GIC_PRIVATE);
}

void gic_reset(void)
{
    discard_all();
    gic.ctlr = 0;
    struct gic_bits *const bits[] = {&gic.group,   &gic.enabled, &gic.edge,
                                     &gic.pending, &gic.active,  &gic.listed};
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
        memset(bits[i], 0, sizeof(*bits[i]));
    memset(&gic.priority, 0, sizeof(gic.priority));
    for (size_t cpu = 0; cpu < VMM_MAX_VCPUS; cpu++)
        reset_cpu(cpu);
    /* GICD_ITARGETSR's reset value is open (4.3.12): it points where the VMM registered the SPI. */
    for (size_t i = 0; i < GIC_INTIDS - GIC_PRIVATE; i++)
        gic.targets.shared[i] = gic.spi[i].registered ? (uint8_t)(1u << gic.spi[i].vcpu_id) : 0;
    gicd_page_fill();
}

void gic_update(size_t cpu, size_t word)
{
    size_t first = word == 0 ? cpu : 0;
    size_t last = word == 0 ? cpu : vmm_config.vcpus - 1;
    for (size_t i = first; i <= last; i++) {
        gic.cpu[i].hot |= UINT32_C(1) << word;
        gic_deliver(i);
    }
}

void gic_raise(size_t cpu, uint32_t intid)
{
    gic_assign(&gic.pending, cpu, intid, true);
    gic_update(cpu, intid / 32);
    gicd_page_pending(intid);
}

void gic_discarded(size_t cpu, uint32_t intid)
{
    const struct gic_source *source = gic_source(cpu, intid);
    if (source->rearm)
        source->rearm(cpu, intid);
}
