/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypervisor control registers of a GICv3 (Arm IHI 0069H 12.4). A guest's writes to ICC_SGI0R_EL1,
 * ICC_SGI1R_EL1 and ICC_ASGI1R_EL1 trap whenever HCR_EL2 routes interrupts to EL2.
 */
#include "vgic.h"

#include "arch.h"

enum {
    ICH_MISR_EOI = 1 << 0,
    LR_ACTIVE = 2, /* the state */
};
#define LR_EOI       (1ull << 41) /* maintenance interrupt when the guest ends it */
#define LR_STATE(lr) ((lr) >> 62)
#define LR_PENDING   (1ull << 62)

/* clang-format off */
/* Each list register needs its own instruction. */
#define LIST_REGISTERS(use)                         \
    use(0) use(1) use(2) use(3) use(4) use(5)       \
    use(6) use(7) use(8) use(9) use(10) use(11)     \
    use(12) use(13) use(14) use(15)
#define READ_ONE(n)  case n: return READ_SYSREG(ich_lr##n##_el2);
#define WRITE_ONE(n) case n: WRITE_SYSREG(ich_lr##n##_el2, list_register); return;
/* clang-format on */

unsigned vgic_init(void)
{
    WRITE_SYSREG(ich_hcr_el2, 0);
    return (READ_SYSREG(ich_vtr_el2) & 0xf) + 1;
}

void vgic_on(const struct vgic *vgic)
{
    WRITE_SYSREG(ich_hcr_el2, vgic->hcr);
}

void vgic_off(struct vgic *vgic)
{
    vgic->hcr = (uint32_t)READ_SYSREG(ich_hcr_el2);
    WRITE_SYSREG(ich_hcr_el2, 0);
}

/* One register of active priorities for each group, because a Cortex-A53 has 32 preemption levels.
 */
void vgic_save(struct vgic *vgic)
{
    vgic->vmcr = (uint32_t)READ_SYSREG(ich_vmcr_el2);
    vgic->apr[0] = (uint32_t)READ_SYSREG(ich_ap0r0_el2);
    vgic->apr[1] = (uint32_t)READ_SYSREG(ich_ap1r0_el2);
}

void vgic_load(const struct vgic *vgic)
{
    WRITE_SYSREG(ich_vmcr_el2, vgic->vmcr);
    WRITE_SYSREG(ich_ap0r0_el2, vgic->apr[0]);
    WRITE_SYSREG(ich_ap1r0_el2, vgic->apr[1]);
}

uint64_t vgic_read(unsigned index)
{
    switch (index) {
        LIST_REGISTERS(READ_ONE)
    default: return 0;
    }
}

void vgic_write(unsigned index, uint64_t list_register)
{
    switch (index) {
        LIST_REGISTERS(WRITE_ONE)
    }
}

uint64_t vgic_ended(void)
{
    if (!(READ_SYSREG(ich_misr_el2) & ICH_MISR_EOI)) {
        return 0;
    }
    return READ_SYSREG(ich_eisr_el2);
}

/* The priority has 8 bits here, so seL4's 0 to 31 are the most urgent eighth. */
uint64_t vgic_pending(uint64_t intid, uint64_t priority, uint64_t group)
{
    return LR_PENDING | group << 60 | priority << 48 | LR_EOI | intid;
}

uint64_t vgic_told(uint64_t list_register)
{
    return list_register & ~LR_EOI;
}

bool vgic_is_active(uint64_t list_register)
{
    return LR_STATE(list_register) == LR_ACTIVE;
}
