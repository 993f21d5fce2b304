/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interrupt controller: the state of each interrupt, and the contents of the list
 * registers. This is common to GICv2 and GICv3. They differ in their registers, the targets of
 * SPIs and the senders of SGIs. Section numbers refer to the GICv2 architecture, IHI 0048B, unless
 * IHI 0069 (GICv3) is named.
 *
 * The hardware provides the CPU interface (GICV, or the system registers ICC_*), and on seL4 a list
 * register cannot be read back. Between its load and the maintenance interrupt at the end of its
 * interrupt, only the hardware knows whether the interrupt is pending or active. During that time:
 * - the interrupt reads as pending and not as active;
 * - these changes come too late and take effect for its next delivery: GICD_CTLR (disabling the
 *   group), GICR_WAKER, GICD_ICENABLER, GICD_ICPENDR and GICD_CPENDSGIR, GICD_ISACTIVER and
 *   GICD_ICACTIVER, a new group (GICD_IGROUPR), priority or target (GICD_ITARGETSR, GICD_IROUTER),
 *   and a lowered line of the virtual timer;
 * - an interrupt that is raised again is delivered again, even if it was not taken yet.
 * CPU_OFF does not come too late: interrupts that the vCPU has not taken return to the distributor
 * (leave.c). With a multicore kernel, so do those that it has taken and not ended (reset.c).
 *
 * An SPI with several targets goes to the first of them that is on, even if that CPU interface
 * masks it. With all list registers in use, an interrupt of a higher priority waits for the next
 * end of interrupt, even if the CPU interface masks all the listed ones. GICV_IAR names CPU 0 as
 * the source of every SGI, because the kernel's call has no field for the sender. An SGI from two
 * senders is still taken twice (on a GICv2; a GICv3 does not distinguish senders).
 *
 * The kernel accepts priorities from 0 to 31. On a GICv2 they fill the 5-bit field. On a GICv3 it
 * puts them unshifted into the 8-bit field. Their order is kept, but to the guest's ICC_PMR_EL1 all
 * of them are more urgent than 0x20, and with 5 implemented bits only four distinct ones remain.
 */
#pragma once

#include <libvmm/virq.h>
#include <libvmm/vmm.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    GIC_PRIVATE = 32, /* SGIs and PPIs: banked for each CPU */
    GIC_SGIS = 16,    /* INTIDs 0 to 15 */
    GIC_MAX_SPIS = VMM_MAX_INTIDS - GIC_PRIVATE,
    GIC_PRIORITY_MASK = 0xf8, /* 5 bits, as in GICH_LR and GIC-400 */
};

/* State of 32 interrupts: one bit or one byte for each. */
struct gic_block {
    uint32_t group;
    uint32_t enabled;
    uint32_t edge;
    uint32_t pending; /* in the distributor, not in a list register */
    uint32_t active;  /* set by GICD_ISACTIVER, or left by CPU_OFF */
    uint32_t listed;  /* in a list register */
    uint8_t priority[32];
    uint8_t targets[32]; /* target CPUs, one bit each */
};

/* A registration by the VMM. */
struct gic_source {
    bool registered;
    uint8_t vcpu_id;      /* the vCPU of the registration */
    virq_ack_fn_t ack_fn; /* may be NULL */
    void *ack_data;
    void (*rearm)(size_t vcpu_id, uint32_t intid); /* lets the hardware raise it again, or NULL */
    uint8_t channel;                               /* of a passthrough */
};

/* Aligned to a power of two, like struct vcpu. */
struct gic_cpu {
    _Alignas(2048) struct gic_block private; /* SGIs and PPIs */
    bool asleep;                             /* GICR_WAKER.ProcessorSleep: nothing is forwarded */
    bool timer_line;  /* the virtual timer's PPI is pending only because of its line */
    uint32_t waiting; /* blocks with interrupts that may wait for this CPU, one bit each */
    uint32_t used;    /* list registers in use, one bit each */
    uint16_t list_register[VMM_MAX_LIST_REGISTERS]; /* INTID in it */
    uint8_t list_sources[VMM_MAX_LIST_REGISTERS];   /* of an SGI: its sender, as a bit */
    _Alignas(4) uint8_t sgi_sources[GIC_SGIS];      /* senders it is pending from, one bit each */
    struct gic_source ppi[GIC_PRIVATE];
};

struct gic {
    bool ready;
    uint32_t ctlr; /* GICD_CTLR: EnableGrp0 and EnableGrp1 */
    struct gic_cpu cpu[VMM_MAX_VCPUS];
    struct gic_block shared[GIC_MAX_SPIS / 32]; /* SPIs */
    uint32_t route[GIC_MAX_SPIS]; /* GICv3: affinity of each SPI's target, see vcpu.h */
    struct gic_source spi[GIC_MAX_SPIS];
};

extern struct gic gic;

/* Block 0 is banked. */
static inline struct gic_block *gic_block(size_t cpu, size_t block)
{
    return block == 0 ? &gic.cpu[cpu].private : &gic.shared[block - 1];
}

static inline struct gic_block *gic_block_of(size_t cpu, uint32_t intid)
{
    return gic_block(cpu, intid / 32);
}

static inline uint32_t gic_bit(uint32_t intid)
{
    return UINT32_C(1) << intid % 32;
}

/* Interrupts that are enabled and whose group is enabled in GICD_CTLR. */
static inline uint32_t gic_forwarded(const struct gic_block *block)
{
    uint32_t forwarded = (gic.ctlr & 1 ? ~block->group : 0) | (gic.ctlr & 2 ? block->group : 0);
    return forwarded & block->enabled;
}

/* Four bytes as a register value. A64 and the distributor are little-endian. */
static inline uint32_t gic_load_bytes(const uint8_t *byte)
{
    uint32_t value;
    __builtin_memcpy(&value, __builtin_assume_aligned(byte, 4), sizeof(value));
    return value;
}

static inline struct gic_source *gic_source(size_t cpu, uint32_t intid)
{
    return intid < GIC_PRIVATE ? &gic.cpu[cpu].ppi[intid] : &gic.spi[intid - GIC_PRIVATE];
}

/* Whether cpu is a target of an SPI. */
static inline bool gic_targets(size_t cpu, uint32_t intid)
{
    return gic_block_of(cpu, intid)->targets[intid % 32] >> cpu & 1;
}

/* gic.c */

/* Resets everything except the registrations. Interrupts on their way to the guest are
 * discarded. */
void gic_reset(void);
/* An interrupt of this block may have become deliverable: to `cpu` if banked, otherwise to any. */
void gic_update(size_t cpu, size_t block);
/* Anything may have become deliverable to this CPU. */
void gic_update_cpu(size_t cpu);
/* Sets the groups that GICD_CTLR enables: bits 0 and 1. */
void gic_forward_groups(uint32_t groups);
/* Sets the only target of an SPI. No effect for a PPI. */
void gic_aim(uint32_t intid, size_t cpu);
/* The guest has cleared a pending interrupt without taking it. */
void gic_discarded(size_t cpu, uint32_t intid);

/* deliver.c */

/* Makes an interrupt pending, as its source does, and delivers it. */
void gic_raise(size_t cpu, uint32_t intid);
/* Loads list registers with interrupts that wait for this CPU, and wakes it. */
void gic_deliver_waiting(size_t cpu);
static inline void gic_deliver(size_t cpu)
{
    if (gic.cpu[cpu].waiting != 0)
        gic_deliver_waiting(cpu);
}

/* Whether an interrupt ends this CPU's WFI. */
bool gic_has_interrupt(size_t cpu);
/* The guest has ended the interrupt of a list register. index is the kernel's, possibly invalid. */
void gic_end_of_interrupt(size_t cpu, size_t index);
/* The guest has acknowledged an interrupt: calls its ack function and re-arms its hardware. */
void gic_acknowledged(size_t cpu, uint32_t intid);

/* leave.c */

/*
 * The reset program of a CPU that goes off has ended the interrupt of a list register. It was
 * pending and never taken, or active.
 */
void gic_withdrawn(size_t cpu, size_t index, bool was_pending);
/* A CPU has gone off: interrupts that it did not take go to other targets, or wait. */
void gic_cpu_off(size_t cpu);

/* level.c: the line of the virtual timer's PPI (4.3.8) */

/* The line is asserted: the kernel has sent a VPPIEvent, and masks the PPI. */
void gic_timer_fired(size_t cpu);
/* Clears a PPI that is pending only because of its line, if the line is no longer asserted. */
void gic_look_at_timer_line(size_t cpu);
static inline void gic_look_at_timer(size_t cpu)
{
    if (gic.cpu[cpu].timer_line)
        gic_look_at_timer_line(cpu);
}

/* virq.c: removes all registrations */
void virq_forget(void);
