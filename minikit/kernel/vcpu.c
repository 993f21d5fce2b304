/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs: the EL1 state of a guest, its virtual timer and its list registers (GICH, Arm IHI
 * 0048B 5.3). The state of the last guest stays in the hardware while protection domains run,
 * except for what they would notice; the rest moves only when another vCPU runs.
 */
#include "vcpu.h"

#include "board.h"
#include "fault.h"
#include "gic.h"
#include "sched.h"
#include "vcpu_regs.h"

#define GICH_HCR   (BOARD_GICH + 0x000)
#define GICH_VTR   (BOARD_GICH + 0x004)
#define GICH_VMCR  (BOARD_GICH + 0x008)
#define GICH_MISR  (BOARD_GICH + 0x010)
#define GICH_EISR0 (BOARD_GICH + 0x020)
#define GICH_EISR1 (BOARD_GICH + 0x024)
#define GICH_APR   (BOARD_GICH + 0x0f0)
#define GICH_LR(n) (BOARD_GICH + 0x100 + 4 * (n))

#define GICH_HCR_EN   (1u << 0)
#define GICH_MISR_EOI (1u << 0)
#define LR_EOI        (1u << 19) /* maintenance interrupt when the guest ends it */
#define LR_STATE(lr)  ((lr) >> 28 & 3)
#define LR_ACTIVE     2u

/* HCR_EL2. Guests: stage 2, AArch64, interrupts to EL2, SMC, WFI and WFE trapped. */
#define HCR_COMMON \
    (1u << 31 | 1u << 19 | 1u << 5 | 1u << 4 | 1u << 3 | 1u << 0) /* RW TSC AMO IMO FMO VM */
#define HCR_GUEST (HCR_COMMON | 1u << 14 | 1u << 13)              /* TWE TWI */
/* Protection domains: EL0 under EL2, stage 1 off and cacheable; TGE, TVM, TTLB, TAC, DC, SWIO. */
#define HCR_PD (HCR_COMMON | 1u << 27 | 1u << 26 | 1u << 25 | 1u << 21 | 1u << 12 | 1u << 1)

/* SCTLR_EL1: reserved ones, CP15BEN, nTWI, nTWE, UCT, UCI; for protection domains C and I, too. */
#define SCTLR_GUEST (0x30d00800u | 1u << 5 | 1u << 16 | 1u << 18 | 1u << 15 | 1u << 26)
#define SCTLR_PD    (SCTLR_GUEST | 1u << 2 | 1u << 12)
#define CPACR_PD    (3u << 20)          /* no FPU trap to EL1 */
#define CNTKCTL_PD  (1u << 9 | 1u << 0) /* EL0 may use the physical counter and timer */

/* VTCR_EL2: 40-bit IPA from level 1, 4 KiB, inner shareable write-back walks, 40-bit PA. */
#define VTCR (24 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1u << 31)

unsigned vcpu_list_registers;

static struct vcpu *loaded;       /* whose state is in the hardware */
static bool active;               /* and it is what runs */
static bool timer_irq_on = false; /* the virtual timer's interrupt, in the distributor */

bool vcpu_is_active(void)
{
    return active;
}

bool vcpu_is_loaded(const struct vcpu *vcpu)
{
    return vcpu == loaded;
}

static void timer_irq(bool on)
{
    if (on != timer_irq_on) {
        timer_irq_on = on;
        gic_enable(BOARD_VIRTUAL_TIMER_INTID, on);
    }
}

/* The guest stops running: what protection domains would notice goes to memory. */
static void deactivate(struct vcpu *vcpu)
{
    vcpu->gich_hcr = read32(GICH_HCR);
    write32(GICH_HCR, 0);
    vcpu->regs[seL4_VCPUReg_SCTLR] = READ_SYSREG(sctlr_el1);
    vcpu->regs[seL4_VCPUReg_CPACR] = READ_SYSREG(cpacr_el1);
    vcpu->regs[seL4_VCPUReg_CNTV_CTL] = READ_SYSREG(cntv_ctl_el0);
    vcpu->regs[seL4_VCPUReg_CNTV_CVAL] = READ_SYSREG(cntv_cval_el0);
    vcpu->regs[seL4_VCPUReg_CNTVOFF] = READ_SYSREG(cntvoff_el2);
    vcpu->regs[seL4_VCPUReg_CNTKCTL_EL1] = READ_SYSREG(cntkctl_el1);
    vcpu->mdscr = READ_SYSREG(mdscr_el1);
    WRITE_SYSREG(mdscr_el1, 0); /* or a guest's breakpoints would stop its VMM */
    WRITE_SYSREG(cntv_ctl_el0, 0);
    WRITE_SYSREG(cntkctl_el1, CNTKCTL_PD);
    WRITE_SYSREG(sctlr_el1, SCTLR_PD);
    WRITE_SYSREG(cpacr_el1, CPACR_PD);
    WRITE_SYSREG(hcr_el2, HCR_PD);
    active = false;
}

static void activate(struct vcpu *vcpu)
{
    WRITE_SYSREG(sctlr_el1, vcpu->regs[seL4_VCPUReg_SCTLR]);
    WRITE_SYSREG(cpacr_el1, vcpu->regs[seL4_VCPUReg_CPACR]);
    WRITE_SYSREG(cntkctl_el1, vcpu->regs[seL4_VCPUReg_CNTKCTL_EL1]);
    WRITE_SYSREG(cntvoff_el2, vcpu->regs[seL4_VCPUReg_CNTVOFF]);
    WRITE_SYSREG(cntv_cval_el0, vcpu->regs[seL4_VCPUReg_CNTV_CVAL]);
    WRITE_SYSREG(cntv_ctl_el0, vcpu->regs[seL4_VCPUReg_CNTV_CTL]);
    WRITE_SYSREG(mdscr_el1, vcpu->mdscr);
    WRITE_SYSREG(hcr_el2, HCR_GUEST);
    write32(GICH_HCR, vcpu->gich_hcr);
    timer_irq(!vcpu->timer_masked);
    active = true;
}

static void unload(struct vcpu *vcpu)
{
    vcpu->gich_vmcr = read32(GICH_VMCR);
    vcpu->gich_apr = read32(GICH_APR);
    for (unsigned i = 0; i < vcpu_list_registers; i++) {
        vcpu->list_registers[i] = read32(GICH_LR(i));
    }
    vcpu_regs_save(vcpu->regs);
    vcpu->par = READ_SYSREG(par_el1);
    vcpu->csselr = READ_SYSREG(csselr_el1);
}

static void load(struct vcpu *vcpu)
{
    write32(GICH_VMCR, vcpu->gich_vmcr);
    write32(GICH_APR, vcpu->gich_apr);
    for (unsigned i = 0; i < vcpu_list_registers; i++) {
        write32(GICH_LR(i), vcpu->list_registers[i]);
    }
    vcpu_regs_load(vcpu->regs);
    WRITE_SYSREG(par_el1, vcpu->par);
    WRITE_SYSREG(csselr_el1, vcpu->csselr);
}

void vcpu_switch(struct vcpu *next)
{
    if (active && next != loaded) {
        deactivate(loaded);
    }
    if (!next || active) {
        return;
    }
    if (next != loaded) {
        if (loaded) {
            unload(loaded);
        }
        load(next);
        loaded = next;
    }
    activate(next);
}

void vcpu_timer_fired(void)
{
    timer_irq(false);
    if (active) {
        loaded->timer_masked = true;
        fault_raise(seL4_Fault_VPPIEvent, BOARD_VIRTUAL_TIMER_INTID, 0);
    }
}

void vcpu_maintenance(void)
{
    if (!active) {
        return; /* it comes again when the guest runs */
    }
    uint64_t index = UINT64_MAX;
    if (read32(GICH_MISR) & GICH_MISR_EOI) {
        uint64_t ended = read32(GICH_EISR0) | (uint64_t)read32(GICH_EISR1) << 32;
        if (ended != 0 && __builtin_ctzll(ended) < (int)vcpu_list_registers) {
            index = (uint64_t)__builtin_ctzll(ended);
            uint32_t lr = read32(GICH_LR(index)) & ~LR_EOI;
            write32(GICH_LR(index), lr);
            loaded->list_registers[index] = lr;
        }
    }
    fault_raise(seL4_Fault_VGICMaintenance, index, 0);
}

bool vcpu_list_register_active(const struct vcpu *vcpu, unsigned index)
{
    return LR_STATE(vcpu->list_registers[index]) == LR_ACTIVE;
}

void vcpu_set_list_register(struct vcpu *vcpu, unsigned index, uint32_t value)
{
    if (vcpu == loaded) {
        write32(GICH_LR(index), value);
    } else {
        vcpu->list_registers[index] = value;
    }
}

void vcpu_reset(struct vcpu *vcpu)
{
    vcpu->regs[seL4_VCPUReg_SCTLR] = SCTLR_GUEST;
    vcpu->gich_hcr = GICH_HCR_EN;
}

void vcpu_init(void)
{
    vcpu_list_registers = (read32(GICH_VTR) & 0x3f) + 1;
    write32(GICH_HCR, 0);
    gic_enable(BOARD_MAINTENANCE_INTID, true);
    WRITE_SYSREG(vpidr_el2, READ_SYSREG(midr_el1));
    WRITE_SYSREG(vtcr_el2, VTCR);
    WRITE_SYSREG(hcr_el2, HCR_PD);
    WRITE_SYSREG(sctlr_el1, SCTLR_PD);
    WRITE_SYSREG(cpacr_el1, CPACR_PD);
    WRITE_SYSREG(cntkctl_el1, CNTKCTL_PD);
    WRITE_SYSREG(cntv_ctl_el0, 0);
    WRITE_SYSREG(mdscr_el1, 0);
    isb();
}
