/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual CPU interface (IHI 0048B, chapter 5; IHI 0069, Virtual Interrupt Handling): list
 * registers and active priorities of each vCPU, and the registers with which a guest takes and ends
 * interrupts. A GICv2 has a memory-mapped frame (gicv.c), a GICv3 system registers (icv.c).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GICV_LIST_REGISTERS = 4,
    GICV_SPURIOUS = 1023,

    GICV_CTLR = 0x00,
    GICV_PMR = 0x04,
    GICV_BPR = 0x08,
    GICV_IAR = 0x0c,
    GICV_EOIR = 0x10,
    GICV_RPR = 0x14,
    GICV_HPPIR = 0x18,
    GICV_ABPR = 0x1c,
    GICV_AIAR = 0x20,
    GICV_AEOIR = 0x24,
    GICV_AHPPIR = 0x28,
    GICV_APR0 = 0xd0,
    GICV_IIDR = 0xfc,
    GICV_DIR = 0x1000
};

/* The fields of GICH_LR that seL4 uses. */
struct list_register {
    uint16_t intid;
    uint8_t priority; /* 0 to 31, or 0 to 255 on a GICv3 */
    uint8_t group;
    bool pending, active;
    bool signals_end; /* EOI bit: maintenance interrupt when it is neither pending nor active */
};

struct gicv {
    unsigned version; /* of the GIC: 2 or 3 */
    uint32_t control, mask, binary_point, aliased_point;
    /* GICH_APR, ICH_AP0R0 and ICH_AP1R0: one bit for each of 32 priorities. A GICv2's are in the
     * first. */
    uint32_t active_priorities[2];
    struct list_register lists[GICV_LIST_REGISTERS];
};

/* Bits of `control`, as in GICV_CTLR. The state of a GICv3 is held in the same bits. */
enum {
    GICV_ENABLE_GROUP_0 = 1 << 0,
    GICV_ENABLE_GROUP_1 = 1 << 1,
    GICV_ACK_CTL = 1 << 2,
    GICV_CBPR = 1 << 4,
    GICV_EOI_MODE = 1 << 9,

    GICV_PRIORITY_BITS = 5,
    GICV_PRIORITY_SHIFT = 8 - GICV_PRIORITY_BITS,
    GICV_PRIORITY_MASK = 0xff & ~((1 << GICV_PRIORITY_SHIFT) - 1),
    GICV_BPR_LEAST = GICV_PRIORITY_SHIFT - 1,
    GICV_ABPR_LEAST = GICV_PRIORITY_SHIFT,
    GICV_IDLE = 0x100, /* running priority */
    GICV_INTID_MASK = 0x3ff
};

void gicv_reset(struct gicv *gicv, unsigned version);
/* Operations of both kinds of registers. */
uint32_t gicv_priority(const struct gicv *gicv, const struct list_register *list);
uint32_t gicv_group_priority(const struct gicv *gicv, const struct list_register *list);
uint32_t gicv_running_priority(const struct gicv *gicv);
/* The most urgent pending interrupt in an enabled group that passes the mask, or NULL. */
struct list_register *gicv_most_urgent(struct gicv *gicv);
/* It becomes active. */
void gicv_activate(struct gicv *gicv, struct list_register *list);
/* Drops the most urgent active priority. Returns false if there was none. */
bool gicv_drop_priority(struct gicv *gicv);
void gicv_deactivate(struct gicv *gicv, uint32_t intid);

/* GICv3: op0:op1:CRn:CRm:op2 of a register of the CPU interface that does not trap. */
bool icv_has(uint32_t encoding);
uint64_t icv_read(struct gicv *gicv, uint32_t encoding);
void icv_write(struct gicv *gicv, uint32_t encoding, uint64_t value);

uint32_t gicv_read(struct gicv *gicv, uint32_t offset);
void gicv_write(struct gicv *gicv, uint32_t offset, uint32_t value);
/* The list register whose end must be signalled (GICH_EISR), or -1. */
int gicv_ended(const struct gicv *gicv);
