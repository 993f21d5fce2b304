/* SPDX-License-Identifier: BSD-2-Clause */
/* The API of the virtual interrupt controller. */
#include "gic/gic.h"
#include "gic/gicv3.h"
#include "guest/timer.h"
#include "guest/vcpu.h"
#include "memory.h"

/* The registered interrupt of each channel. */
static struct passthrough {
    bool registered;
    uint8_t vcpu_id;
    uint16_t intid;
} passthrough[MICROKIT_MAX_CHANNELS];

/* Whether the frames do not overlap and are aligned, so that an aligned access is aligned in them.
 */
static bool frames_are_valid(void)
{
    if (vmm_config.gic_version == 2)
        return vmm_config.gicd_ipa % GICD_SIZE == 0;
    uint64_t gicd = vmm_config.gicd_ipa, gicr = vmm_config.gicr_ipa;
    uint64_t gicr_size = vmm_config.vcpus * GICR_STRIDE;
    return vmm_config.gic_version == 3 && vmm_config.gicd_page == 0 &&
           gicd % GICV3_FRAME_SIZE == 0 && gicr % GICV3_FRAME_SIZE == 0 &&
           (gicr > gicd || gicd - gicr >= gicr_size);
}

static bool config_is_valid(void)
{
    return vmm_config.vcpus >= 1 && vmm_config.vcpus <= VMM_MAX_VCPUS &&
           vmm_config.list_registers >= 1 && vmm_config.list_registers <= VMM_MAX_LIST_REGISTERS &&
           vmm_config.vtimer_intid >= GIC_SGIS && vmm_config.vtimer_intid < GIC_PRIVATE &&
           vmm_config.gic_intids % 32 == 0 && vmm_config.gic_intids >= 2 * GIC_PRIVATE &&
           vmm_config.gic_intids <= VMM_MAX_INTIDS &&
           (vmm_config.gicd_page == 0 || vmm_config.vcpus == 1) && frames_are_valid();
}

/* Registers an INTID for a vCPU. Returns NULL if that is not possible. */
static struct gic_source *claim(size_t vcpu_id, size_t intid)
{
    if (!gic.ready || vcpu_id >= vmm_config.vcpus || intid < GIC_SGIS ||
        intid >= vmm_config.gic_intids)
        return NULL;
    struct gic_source *source = gic_source(vcpu_id, (uint32_t)intid);
    if (source->registered)
        return NULL;
    *source = (struct gic_source){.registered = true, .vcpu_id = (uint8_t)vcpu_id};
    gic_aim((uint32_t)intid, vcpu_id);
    return source;
}

bool virq_controller_init(size_t cpu_id)
{
    if (!config_is_valid() || cpu_id >= vmm_config.vcpus)
        return false;
    if (gic.ready)
        return true;
    const struct gic_frame *frames[] = {&gicd_frame, &gicv3_distributor, &gicv3_rd_base,
                                        &gicv3_sgi_base};
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
        gic_frame_init(frames[i]);
    gic_reset();
    gic.ready = true;
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        claim(i, vmm_config.vtimer_intid)->rearm = vtimer_rearm;
    return true;
}

bool virq_register(size_t vcpu_id, size_t virq_num, virq_ack_fn_t ack_fn, void *ack_data)
{
    struct gic_source *source = claim(vcpu_id, virq_num);
    if (!source)
        return false;
    source->ack_fn = ack_fn;
    source->ack_data = ack_data;
    return true;
}

bool virq_inject(size_t vcpu_id, int irq)
{
    if (!gic.ready || vcpu_id >= vmm_config.vcpus || irq < GIC_SGIS ||
        (uint32_t)irq >= vmm_config.gic_intids)
        return false;
    uint32_t intid = (uint32_t)irq;
    const struct gic_source *source = gic_source(vcpu_id, intid);
    if (!source->registered || source->vcpu_id != vcpu_id)
        return false;
    gic_raise(vcpu_id, intid);
    if (vmm_config.vcpus > 1)
        vcpu_look_at_timers(VMM_MAX_VCPUS); /* looking at the timers may have ended the wait */
    return (gic_forwarded(gic_block_of(vcpu_id, intid)) & gic_bit(intid)) != 0;
}

static void passthrough_rearm(size_t vcpu_id, uint32_t intid)
{
    microkit_irq_ack(gic_source(vcpu_id, intid)->channel);
}

/* Microkit has a bit for each <irq> channel of the system description. */
static bool is_irq_channel(microkit_channel ch)
{
    return ch < MICROKIT_MAX_CHANNELS && microkit_irqs >> ch & 1;
}

bool virq_register_passthrough(size_t vcpu_id, size_t irq, microkit_channel irq_ch)
{
    if (!is_irq_channel(irq_ch) || passthrough[irq_ch].registered)
        return false;
    struct gic_source *source = claim(vcpu_id, irq);
    if (!source)
        return false;
    source->rearm = passthrough_rearm;
    source->channel = (uint8_t)irq_ch;
    passthrough[irq_ch] = (struct passthrough){true, (uint8_t)vcpu_id, (uint16_t)irq};
    return true;
}

bool virq_handle_passthrough(microkit_channel irq_ch)
{
    if (irq_ch >= MICROKIT_MAX_CHANNELS || !passthrough[irq_ch].registered)
        return false;
    return virq_inject(passthrough[irq_ch].vcpu_id, passthrough[irq_ch].intid);
}

void virq_forget(void)
{
    memset(&gic, 0, sizeof(gic));
    memset(passthrough, 0, sizeof(passthrough));
}
