/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware that virtualises the CPU interface (IHI 0048B, chapter 5): list registers and active
 * priorities of each vCPU, and the registers by which a guest takes and ends interrupts.
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

/* GICH_LR as far as seL4 uses it. */
struct list_register {
    uint16_t intid;
    uint8_t priority; /* 0 to 31 */
    uint8_t group;
    bool pending, active;
    bool signals_end; /* EOI bit: maintenance interrupt when it is neither pending nor active */
};

struct gicv {
    uint32_t control, mask, binary_point, aliased_point;
    uint32_t active_priorities; /* GICH_APR: one bit for each of 32 priorities */
    struct list_register lists[GICV_LIST_REGISTERS];
};

void gicv_reset(struct gicv *gicv);
uint32_t gicv_read(struct gicv *gicv, uint32_t offset);
void gicv_write(struct gicv *gicv, uint32_t offset, uint32_t value);
/* The list register whose end is to be signalled (GICH_EISR), or -1. */
int gicv_ended(const struct gicv *gicv);
