/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interrupt controller: state of each interrupt, and which of them the list registers
 * hold. Section numbers are of the GICv2 architecture, IHI 0048B.
 *
 * The CPU interface is the hardware's (GICV), and seL4 cannot read a list register back. Between
 * loading one and the maintenance interrupt at the end of its interrupt only the hardware knows
 * whether the interrupt is pending or active, and it can be neither withdrawn nor reordered. So as
 * little as possible is loaded: an interrupt goes into a list register only if it is of higher
 * priority than all that are there, which makes it the next one that the guest takes. The rest wait
 * here, where their state is exact. This costs no exit: seL4 asks for a maintenance interrupt at
 * each end of interrupt anyway, and the next one is loaded there.
 *
 * What follows for the guest: an interrupt in a list register reads as pending and not as active
 * until it ends; GICD_ICENABLER and GICD_ICPENDR come too late for it; and GICV_IAR names CPU 0 as
 * the source of every SGI, because the kernel's call has no field for the sender (one SGI from two
 * senders is still taken twice).
 */
#pragma once

#include <libvmm/config.h>
#include <libvmm/virq.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    GIC_INTIDS = 288,            /* as many as QEMU's virt machine has; a multiple of 32 */
    GIC_PRIVATE = 32,            /* SGIs and PPIs: banked for each CPU */
    GIC_SGIS = 16,               /* INTIDs 0 to 15 */
    GIC_WORDS = GIC_INTIDS / 32, /* words of one bit for each INTID */
    GIC_PRIORITY_MASK = 0xf8,    /* 5 bits, as many as GICH_LR and GIC-400 have */
    GIC_LOWEST_PRIORITY = 0x100, /* lower than any */
    GIC_LIST_REGISTER_FREE = 0xffff
};

/* One bit for each INTID. Word 0 (SGIs and PPIs) is banked. */
struct gic_bits {
    uint32_t banked[VMM_MAX_VCPUS];
    uint32_t shared[GIC_WORDS - 1];
};

/* One byte for each INTID. */
struct gic_bytes {
    uint8_t banked[VMM_MAX_VCPUS][GIC_PRIVATE];
    uint8_t shared[GIC_INTIDS - GIC_PRIVATE];
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

struct gic_list_register {
    uint16_t intid;    /* GIC_LIST_REGISTER_FREE: none */
    uint16_t priority; /* that it was loaded with */
};

struct gic_cpu {
    struct gic_list_register list_register[VMM_MAX_LIST_REGISTERS];
    uint16_t top_priority;         /* highest that a list register holds */
    uint8_t sgi_sources[GIC_SGIS]; /* CPUs from which the SGI is pending, a bit each */
    struct gic_source ppi[GIC_PRIVATE];
    uint32_t hot; /* words in which something may be waiting for this CPU, a bit each */
};

struct gic {
    bool ready;
    uint32_t ctlr;
    struct gic_bits group, enabled, edge;
    struct gic_bits pending; /* and in no list register */
    struct gic_bits active;  /* made so by GICD_ISACTIVER */
    struct gic_bits listed;  /* in a list register */
    struct gic_bytes priority;
    struct gic_bytes targets; /* CPU interfaces, a bit each */
    struct gic_cpu cpu[VMM_MAX_VCPUS];
    struct gic_source spi[GIC_INTIDS - GIC_PRIVATE];
};

extern struct gic gic;

static inline uint32_t *gic_word(struct gic_bits *bits, size_t cpu, size_t word)
{
    return word == 0 ? &bits->banked[cpu] : &bits->shared[word - 1];
}

static inline bool gic_test(struct gic_bits *bits, size_t cpu, uint32_t intid)
{
    return *gic_word(bits, cpu, intid / 32) >> intid % 32 & 1;
}

static inline void gic_assign(struct gic_bits *bits, size_t cpu, uint32_t intid, bool value)
{
    uint32_t *word = gic_word(bits, cpu, intid / 32);
    uint32_t bit = UINT32_C(1) << intid % 32;
    *word = value ? *word | bit : *word & ~bit;
}

/* The byte of an INTID; those of the next three follow. */
static inline uint8_t *gic_byte(struct gic_bytes *bytes, size_t cpu, uint32_t intid)
{
    return intid < GIC_PRIVATE ? &bytes->banked[cpu][intid] : &bytes->shared[intid - GIC_PRIVATE];
}

static inline struct gic_source *gic_source(size_t cpu, uint32_t intid)
{
    return intid < GIC_PRIVATE ? &gic.cpu[cpu].ppi[intid] : &gic.spi[intid - GIC_PRIVATE];
}

/* gic.c */

/* Everything to its reset state but the registrations. What was on its way to the guest is
 * discarded. */
void gic_reset(void);
/* Makes an interrupt pending, as its source would, and delivers it. */
void gic_raise(size_t cpu, uint32_t intid);
/* An interrupt of this word may have become deliverable: to `cpu` if they are banked, else to any.
 */
void gic_update(size_t cpu, size_t word);
/* The guest got rid of a pending interrupt without taking it. */
void gic_discarded(size_t cpu, uint32_t intid);

/* deliver.c */

/* Loads list registers with what this CPU is to take next, and wakes it. */
void gic_deliver(size_t cpu);
/* Is there anything that ends this CPU's WFI? */
bool gic_has_interrupt(size_t cpu);
/* The guest ended the interrupt of a list register; index as the kernel gives it, perhaps none. */
void gic_end_of_interrupt(size_t cpu, size_t index);

/* distributor.c */

/* A CPU's access to the distributor: bytes 1, 2 or 4; offset a multiple of it, below GICD_SIZE. */
uint32_t gicd_read(size_t cpu, uint32_t offset, uint32_t bytes);
void gicd_write(size_t cpu, uint32_t offset, uint32_t bytes, uint32_t value);

/* virq.c: no interrupt is registered any more */
void virq_forget(void);

/* page.c: words of the read-only distributor page */
void gicd_page_fill(void);
void gicd_page_refresh(uint32_t offset);
void gicd_page_pending(uint32_t intid);
