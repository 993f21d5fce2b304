/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's side of a guest's virtual interrupts: GICH_* in memory (vgic_v2.c), or the
 * ICH_* system registers of GICv3 (vgic_v3.c).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    VGIC_MAX_LIST_REGISTERS = 64,
    VGIC_HCR_EN = 1 << 0, /* of both: on; only list registers ask for maintenance */
};

/* As long as they are not in the hardware. */
struct vgic {
    uint32_t hcr, vmcr;
    uint32_t apr[2]; /* active priorities; GICv3 has them by group */
    uint64_t list_registers[VGIC_MAX_LIST_REGISTERS];
};

/* Turns the virtual CPU interface off; gives the number of list registers. */
unsigned vgic_init(void);

/* Before and after the guest runs. */
void vgic_on(const struct vgic *vgic);
void vgic_off(struct vgic *vgic);

/* Everything else but the list registers: it stays in the hardware until another guest comes. */
void vgic_save(struct vgic *vgic);
void vgic_load(const struct vgic *vgic);

uint64_t vgic_read(unsigned index);
void vgic_write(unsigned index, uint64_t list_register);

/* A bit for each list register whose interrupt has been ended, and its VMM has to be told. */
uint64_t vgic_ended(void);

/* List registers. Pending: the VMM is told when the guest ends it; told: it has been. */
uint64_t vgic_pending(uint64_t intid, uint64_t priority, uint64_t group);
uint64_t vgic_told(uint64_t list_register);
bool vgic_is_active(uint64_t list_register); /* and not pending too */
