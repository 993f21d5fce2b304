/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interrupt controller: state of each interrupt, and which of them the list registers
 * hold. GICv2 and GICv3 have that in common; what differs is the registers that show it, and who
 * the target of an SPI and the sender of an SGI can be. Section numbers are of the GICv2
 * architecture, IHI 0048B, unless IHI 0069 (GICv3) is named.
 *
 * The CPU interface is the hardware's (GICV, or the system registers ICC_*), and seL4 cannot read a
 * list register back. Between loading one and the maintenance interrupt at the end of its interrupt
 * only the hardware knows whether the interrupt is pending or active. What follows for the guest:
 * in that time
 * - the interrupt reads as pending and not as active;
 * - these come too late for it, and count from its next time on: GICD_CTLR (its group is forwarded
 *   no longer), GICR_WAKER, GICD_ICENABLER, GICD_ICPENDR and GICD_CPENDSGIR, GICD_ISACTIVER and
 *   GICD_ICACTIVER, a new group (GICD_IGROUPR), priority or target (GICD_ITARGETSR, GICD_IROUTER),
 *   and that the virtual timer lowers its line;
 * - one that is raised again is taken again, even if it had not been taken yet.
 * CPU_OFF does not come too late: what the vCPU had not taken is taken back (leave.c); under a
 * kernel with several cores also what it had taken and not ended, as if it had not (reset.c).
 *
 * An SPI with several targets goes to the first of them that is on, whatever that one's CPU
 * interface lets through. With all list registers in use, one of a higher priority waits for the
 * next end of an interrupt, even if those that are there wait for a group or a priority that the
 * guest's CPU interface does not let through. GICV_IAR names CPU 0 as the source of every SGI,
 * because the kernel's call has no field for the sender; an SGI from two senders is still taken
 * twice (on a GICv2: a GICv3 does not tell senders apart).
 *
 * The kernel takes priorities from 0 to 31. On a GICv2 these are the 5 bits that there are; on a
 * GICv3 it puts them where 8 bits belong. Their order stays, but all are more urgent than 0x20 to a
 * guest's ICC_PMR_EL1, and where the hardware has 5 bits only four different ones are left.
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
    GIC_PRIORITY_MASK = 0xf8, /* 5 bits, as many as GICH_LR and GIC-400 have */
};

/* 32 interrupts: one bit or one byte for each. */
struct gic_block {
    uint32_t group;
    uint32_t enabled;
    uint32_t edge;
    uint32_t pending; /* and in no list register */
    uint32_t active;  /* made so by GICD_ISACTIVER */
    uint32_t listed;  /* in a list register */
    uint8_t priority[32];
    uint8_t targets[32]; /* CPUs that it may go to, a bit each */
};

/* What the VMM registered. */
struct gic_source {
    bool registered;
    uint8_t vcpu_id;      /* that it was registered for */
    virq_ack_fn_t ack_fn; /* may be NULL */
    void *ack_data;
    void (*rearm)(size_t vcpu_id, uint32_t intid); /* lets its hardware raise it again, or NULL */
    uint8_t channel;                               /* of a passthrough */
};

struct gic_cpu {
    struct gic_block private; /* SGIs and PPIs */
    bool asleep;              /* GICR_WAKER: nothing is forwarded to it */
    bool timer_line;  /* its virtual timer's PPI is pending, and its line is all that says so */
    uint32_t waiting; /* blocks in which something may wait for this CPU, a bit each */
    uint32_t used;    /* list registers that hold an interrupt, a bit each */
    uint16_t list_register[VMM_MAX_LIST_REGISTERS]; /* the INTID that it holds */
    uint8_t list_sources[VMM_MAX_LIST_REGISTERS];   /* of an SGI: its sender, a bit */
    _Alignas(4) uint8_t sgi_sources[GIC_SGIS];      /* CPUs from which it is pending, a bit each */
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

/* Interrupts that are enabled, and whose group GICD_CTLR forwards. */
static inline uint32_t gic_forwarded(const struct gic_block *block)
{
    uint32_t forwarded = (gic.ctlr & 1 ? ~block->group : 0) | (gic.ctlr & 2 ? block->group : 0);
    return forwarded & block->enabled;
}

/* Four bytes as a register has them: A64 is little-endian, and so is the distributor. */
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

/* Where an SPI goes. */
static inline bool gic_targets(size_t cpu, uint32_t intid)
{
    return gic_block_of(cpu, intid)->targets[intid % 32] >> cpu & 1;
}

/* gic.c */

/* Everything to its reset state but the registrations. What was on its way to the guest is
 * discarded. */
void gic_reset(void);
/* An interrupt of this block may have become deliverable: to `cpu` if banked, else to any. */
void gic_update(size_t cpu, size_t block);
/* Anything may have become deliverable to this CPU. */
void gic_update_cpu(size_t cpu);
/* A write of GICD_CTLR: bits 0 and 1 say which groups are forwarded. */
void gic_forward_groups(uint32_t groups);
/* The only target of an SPI from now on; a PPI has its own. */
void gic_aim(uint32_t intid, size_t cpu);
/* The guest got rid of a pending interrupt without taking it. */
void gic_discarded(size_t cpu, uint32_t intid);

/* deliver.c */

/* Makes an interrupt pending, as its source would, and delivers it. */
void gic_raise(size_t cpu, uint32_t intid);
/* Loads list registers with what waits for this CPU, and wakes it. */
void gic_deliver_waiting(size_t cpu);
static inline void gic_deliver(size_t cpu)
{
    if (gic.cpu[cpu].waiting != 0)
        gic_deliver_waiting(cpu);
}

/* Is there anything that ends this CPU's WFI? */
bool gic_has_interrupt(size_t cpu);
/* The guest ended the interrupt of a list register; index as the kernel gives it, perhaps none. */
void gic_end_of_interrupt(size_t cpu, size_t index);
/* The guest has acknowledged an interrupt: who registered it is told. */
void gic_acknowledged(size_t cpu, uint32_t intid);

/* leave.c */

/*
 * The reset program of a CPU that goes off has emptied a list register: of an interrupt that was
 * pending and never taken, or of one that was active.
 */
void gic_withdrawn(size_t cpu, size_t index, bool was_pending);
/* Nothing is left of a CPU that went off: what it did not take goes to the others, or waits. */
void gic_cpu_off(size_t cpu);

/* level.c: the line of the virtual timer's PPI (4.3.8) */

/* It is asserted: the kernel has sent a VPPIEvent, and masked it. */
void gic_timer_fired(size_t cpu);
/* A PPI that is pending by its line alone is so no longer if that has fallen meanwhile. */
void gic_look_at_timer_line(size_t cpu);
static inline void gic_look_at_timer(size_t cpu)
{
    if (gic.cpu[cpu].timer_line)
        gic_look_at_timer_line(cpu);
}

/* virq.c: no interrupt is registered any more */
void virq_forget(void);
