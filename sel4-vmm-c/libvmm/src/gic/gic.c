/* SPDX-License-Identifier: BSD-2-Clause */
/* State of the virtual interrupt controller. */
#include "gic/gic.h"
#include "gic/page.h"
#include "guest/vcpu.h"
#include "memory.h"

struct gic gic;

/* Re-arms the hardware behind every interrupt that is pending or in a list register. */
static void discard_all(void)
{
    for (size_t cpu = 0; cpu < vmm_config.vcpus; cpu++) {
        for (uint32_t intid = GIC_SGIS; intid < (cpu == 0 ? vmm_config.gic_intids : GIC_PRIVATE);
             intid++) {
            const struct gic_block *block = gic_block_of(cpu, intid);
            if ((block->pending | block->listed) & gic_bit(intid))
                gic_discarded(cpu, intid);
        }
    }
}

static void reset_cpu(size_t cpu)
{
    struct gic_cpu *state = &gic.cpu[cpu];
    bool v2 = vmm_config.gic_version == 2;
    state->private = (struct gic_block){
        .enabled = v2 ? 0xffff : 0, /* on GIC-400 SGIs are always enabled */
        .edge = 0xffff,             /* SGIs are edge-triggered, PPIs level-sensitive */
    };
    memset(state->private.targets, 1 << cpu, GIC_PRIVATE);
    memset(state->sgi_sources, 0, sizeof(state->sgi_sources));
    state->asleep = false; /* as if firmware had woken it, see gicv3_redistributor.c */
    state->timer_line = false;
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
    /*
     * The reset values of GICD_ITARGETSR (4.3.12) and GICD_IROUTER (IHI 0069, 12.9) are open: they
     * name the vCPU of the registration. In a GICv2 with one CPU, all SPIs go to that CPU. In a
     * GICv3, unregistered SPIs have affinity 0, as on QEMU.
     */
    memset(gic.route, 0, sizeof(gic.route));
    for (uint32_t intid = GIC_PRIVATE; intid < vmm_config.gic_intids; intid++) {
        const struct gic_source *source = gic_source(0, intid);
        if (source->registered)
            gic_aim(intid, source->vcpu_id);
        else if (vmm_config.vcpus == 1 || vmm_config.gic_version == 3)
            gic_aim(intid, 0);
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

void gic_update_cpu(size_t cpu)
{
    gic.cpu[cpu].waiting = (UINT32_C(1) << vmm_config.gic_intids / 32) - 1;
    gic_deliver(cpu);
}

void gic_forward_groups(uint32_t groups)
{
    uint32_t before = gic.ctlr;
    gic.ctlr = groups & 3;
    for (size_t i = 0; i < vmm_config.vcpus && gic.ctlr & ~before; i++)
        gic_update_cpu(i);
}

void gic_aim(uint32_t intid, size_t cpu)
{
    if (intid < GIC_PRIVATE)
        return;
    gic_block_of(cpu, intid)->targets[intid % 32] = (uint8_t)(1u << cpu);
    gic.route[intid - GIC_PRIVATE] = (uint32_t)vcpu_affinity(cpu);
}

void gic_discarded(size_t cpu, uint32_t intid)
{
    const struct gic_source *source = gic_source(cpu, intid);
    if (source->rearm)
        source->rearm(cpu, intid);
}
