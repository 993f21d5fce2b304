/* SPDX-License-Identifier: BSD-2-Clause */
/* State of the virtual interrupt controller. */
#include "gic/gic.h"
#include "gic/page.h"
#include "memory.h"

struct gic gic;

/* Lets the hardware behind everything that is pending or in a list register raise it again. */
static void discard_all(void)
{
    for (size_t cpu = 0; cpu < vmm_config.vcpus; cpu++) {
        for (uint32_t intid = GIC_SGIS; intid < (cpu == 0 ? GIC_INTIDS : GIC_PRIVATE); intid++) {
            const struct gic_block *block = gic_block_of(cpu, intid);
            if ((block->pending | block->listed) & gic_bit(intid))
                gic_discarded(cpu, intid);
        }
    }
}

static void reset_cpu(size_t cpu)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    state->private = (struct gic_block){
        .enabled = 0xffff, /* SGIs are always enabled, as on GIC-400 */
        .edge = 0xffff,    /* SGIs are edge-triggered, PPIs level-sensitive */
    };
    memset(state->private.targets, 1 << cpu, GIC_PRIVATE);
    memset(state->sgi_sources, 0, sizeof(state->sgi_sources));
    state->waiting = 0;
    state->used = 0;
}

void gic_reset(void)
{
    discard_all();
    gic.ctlr = 0;
    for (size_t cpu = 0; cpu < VMM_MAX_VCPUS; cpu++)
        reset_cpu(cpu);
    memset(gic.shared, 0, sizeof(gic.shared));
    /* GICD_ITARGETSR's reset value is open (4.3.12): it points where the VMM registered the SPI. */
    for (uint32_t intid = GIC_PRIVATE; intid < GIC_INTIDS; intid++) {
        const struct gic_source *source = gic_source(0, intid);
        if (source->registered)
            gic_block_of(0, intid)->targets[intid % 32] = (uint8_t)(1u << source->vcpu_id);
    }
    page_fill();
}

void gic_update(size_t cpu, size_t block)
{
    if (block == 0) {
        gic.cpu[cpu].waiting |= 1;
        gic_deliver(cpu);
        return;
    }
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        gic.cpu[i].waiting |= UINT32_C(1) << block;
        gic_deliver(i);
    }
}

void gic_discarded(size_t cpu, uint32_t intid)
{
    const struct gic_source *source = gic_source(cpu, intid);
    if (source->rearm)
        source->rearm(cpu, intid);
}
