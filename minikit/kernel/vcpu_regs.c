/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of a guest's EL1 registers. */
#include "vcpu_regs.h"

/* clang-format off */
#if CONFIG_MINIKIT_MICROKIT < 20300
#define NAMED_PAR(use)
#define READ_ONLY(use)            use(ISR, isr_el1)
#else
#define NAMED_PAR(use)            use(PAR, par_el1)
#define READ_ONLY(use)
#endif

/* Registers that stay in the hardware while protection domains run. */
#define LAZY_REGS(use)            \
    use(TTBR0, ttbr0_el1)         \
    use(TTBR1, ttbr1_el1)         \
    use(TCR, tcr_el1)             \
    use(MAIR, mair_el1)           \
    use(AMAIR, amair_el1)         \
    use(CIDR, contextidr_el1)     \
    use(ACTLR, actlr_el1)         \
    use(AFSR0, afsr0_el1)         \
    use(AFSR1, afsr1_el1)         \
    use(ESR, esr_el1)             \
    use(FAR, far_el1)             \
    NAMED_PAR(use)                \
    use(VBAR, vbar_el1)           \
    use(TPIDR_EL1, tpidr_el1)     \
    use(VMPIDR_EL2, vmpidr_el2)   \
    use(SP_EL1, sp_el1)           \
    use(ELR_EL1, elr_el1)         \
    use(SPSR_EL1, spsr_el1)

/* Registers that are saved each time (vcpu.c, deactivate). */
#define EAGER_REGS(use)           \
    use(SCTLR, sctlr_el1)         \
    use(CPACR, cpacr_el1)         \
    use(CNTV_CTL, cntv_ctl_el0)   \
    use(CNTV_CVAL, cntv_cval_el0) \
    use(CNTVOFF, cntvoff_el2)     \
    use(CNTKCTL_EL1, cntkctl_el1)

#define SAVE(name, sysreg)     regs[seL4_VCPUReg_##name] = READ_SYSREG(sysreg);
#define LOAD(name, sysreg)     WRITE_SYSREG(sysreg, regs[seL4_VCPUReg_##name]);
#define READ_ONE(name, sysreg) case seL4_VCPUReg_##name: return READ_SYSREG(sysreg);
#define WRITE_ONE(name, sysreg) \
    case seL4_VCPUReg_##name: WRITE_SYSREG(sysreg, value); return;
#define IS_ONE(name, sysreg)   case seL4_VCPUReg_##name:
/* clang-format on */

void vcpu_regs_save(uint64_t *regs)
{
    LAZY_REGS(SAVE);
    READ_ONLY(SAVE);
}

void vcpu_regs_load(const uint64_t *regs)
{
    LAZY_REGS(LOAD);
}

uint64_t vcpu_reg_read(unsigned reg)
{
    switch (reg) {
        LAZY_REGS(READ_ONE);
        EAGER_REGS(READ_ONE);
        READ_ONLY(READ_ONE);
    default: return 0;
    }
}

void vcpu_reg_write(unsigned reg, uint64_t value)
{
    switch (reg) {
        LAZY_REGS(WRITE_ONE);
        EAGER_REGS(WRITE_ONE);
    default: return; /* ISR_EL1 is read-only */
    }
}

bool vcpu_reg_in_memory(unsigned reg)
{
    switch (reg) {
        EAGER_REGS(IS_ONE)
        return true;
    default: return false;
    }
}
