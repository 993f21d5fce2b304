/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual interface control of a GICv2 (Arm IHI 0048B 5.3). */
#include "vgic.h"

#include "arch.h"
#include "board.h"

#define GICH_HCR   (BOARD_GICH + 0x000)
#define GICH_VTR   (BOARD_GICH + 0x004)
#define GICH_VMCR  (BOARD_GICH + 0x008)
#define GICH_MISR  (BOARD_GICH + 0x010)
#define GICH_EISR0 (BOARD_GICH + 0x020)
#define GICH_EISR1 (BOARD_GICH + 0x024)
#define GICH_APR   (BOARD_GICH + 0x0f0)
#define GICH_LR(n) (BOARD_GICH + 0x100 + 4 * (n))

enum {
    GICH_MISR_EOI = 1 << 0,

    LR_EOI = 1 << 19, /* maintenance interrupt when the guest ends it */
    LR_STATE_SHIFT = 28,
    LR_STATE = 3,
    LR_PENDING = 1 << LR_STATE_SHIFT,
    LR_ACTIVE = 2, /* the state */
};

unsigned vgic_init(void)
{
    write32(GICH_HCR, 0);
    return (read32(GICH_VTR) & 0x3f) + 1;
}

void vgic_on(const struct vgic *vgic)
{
    write32(GICH_HCR, vgic->hcr);
}

void vgic_off(struct vgic *vgic)
{
    vgic->hcr = read32(GICH_HCR);
    write32(GICH_HCR, 0);
}

void vgic_save(struct vgic *vgic)
{
    vgic->vmcr = read32(GICH_VMCR);
    vgic->apr[0] = read32(GICH_APR);
}

void vgic_load(const struct vgic *vgic)
{
    write32(GICH_VMCR, vgic->vmcr);
    write32(GICH_APR, vgic->apr[0]);
}

uint64_t vgic_read(unsigned index)
{
    return read32(GICH_LR(index));
}

void vgic_write(unsigned index, uint64_t list_register)
{
    write32(GICH_LR(index), (uint32_t)list_register);
}

uint64_t vgic_ended(void)
{
    if (!(read32(GICH_MISR) & GICH_MISR_EOI)) {
        return 0;
    }
    return read32(GICH_EISR0) | (uint64_t)read32(GICH_EISR1) << 32;
}

uint64_t vgic_pending(uint64_t intid, uint64_t priority, uint64_t group)
{
    return group << 30 | LR_PENDING | priority << 23 | LR_EOI | intid;
}

uint64_t vgic_told(uint64_t list_register)
{
    return list_register & ~(uint64_t)LR_EOI;
}

bool vgic_is_active(uint64_t list_register)
{
    return (list_register >> LR_STATE_SHIFT & LR_STATE) == LR_ACTIVE;
}
