/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interface control: memory-mapped GICH_* (vgic_v2.c), or the ICH_* system registers of
 * a GICv3 (vgic_v3.c).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    VGIC_MAX_LIST_REGISTERS = 64,
    VGIC_HCR_EN = 1 << 0, /* both versions: enabled; only list registers request maintenance */
};

/* The registers while they are not in the hardware. */
struct vgic {
    uint32_t hcr, vmcr;
    uint32_t apr[2]; /* active priorities; in GICv3 for each group */
    uint64_t list_registers[VGIC_MAX_LIST_REGISTERS];
};

/* Disables the virtual CPU interface. Returns the number of list registers. */
unsigned vgic_init(void);

/* Called before and after the guest runs. */
void vgic_on(const struct vgic *vgic);
void vgic_off(struct vgic *vgic);

/* The rest except the list registers. It stays in the hardware until another guest runs. */
void vgic_save(struct vgic *vgic);
void vgic_load(const struct vgic *vgic);

uint64_t vgic_read(unsigned index);
void vgic_write(unsigned index, uint64_t list_register);

/* A bit for each list register whose interrupt has ended and must be reported to the VMM. */
uint64_t vgic_ended(void);

/* List registers. Pending: its end will be reported to the VMM. Told: it has been reported. */
uint64_t vgic_pending(uint64_t intid, uint64_t priority, uint64_t group);
uint64_t vgic_told(uint64_t list_register);
bool vgic_is_active(uint64_t list_register); /* and not also pending */
