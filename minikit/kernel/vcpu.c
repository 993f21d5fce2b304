/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs: the EL1 state of a guest, its virtual timer and its list registers. The state of
 * the last guest stays in the hardware while protection domains run, except the parts that affect
 * them. The rest is switched only when another vCPU runs.
 */
#include "vcpu.h"

#include <sel4/config.h>

#include "board.h"
#include "fault.h"
#include "gic.h"
#include "sched.h"
#include "vcpu_regs.h"

/* HCR_EL2. Guests: stage 2, AArch64, interrupts to EL2, SMC, WFI and WFE trapped. */
#define HCR_COMMON \
    (1u << 31 | 1u << 19 | 1u << 5 | 1u << 4 | 1u << 3 | 1u << 0) /* RW TSC AMO IMO FMO VM */
#define HCR_GUEST (HCR_COMMON | 1u << 14 | 1u << 13)              /* TWE TWI */
/* Protection domains: EL0 under EL2, stage 1 off and cacheable; TGE, TVM, TTLB, TAC, DC, SWIO. */
#define HCR_PD (HCR_COMMON | 1u << 27 | 1u << 26 | 1u << 25 | 1u << 21 | 1u << 12 | 1u << 1)

enum {
    /* Reserved ones, CP15BEN, nTWI, nTWE, UCT, UCI; for protection domains C and I, too. */
    SCTLR_GUEST = 0x30d00800 | 1 << 5 | 1 << 16 | 1 << 18 | 1 << 15 | 1 << 26,
    SCTLR_PD = SCTLR_GUEST | 1 << 2 | 1 << 12,
    CPACR_PD = 3 << 20, /* no FPU trap to EL1 */
#ifdef CONFIG_EXPORT_PTMR_USER
    CNTKCTL_PD = 1 << 9 | 1 << 0, /* EL0 may use the physical counter and timer */
#else
    CNTKCTL_PD = 1 << 0, /* only the counter */
#endif
};

/* VTCR_EL2: 40-bit IPA from level 1, 4 KiB, inner shareable write-back walks, 40-bit PA. */
#define VTCR (24 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | 1u << 31)

unsigned vcpu_list_registers;

static struct vcpu *loaded;       /* the vCPU whose state is in the hardware */
static bool active;               /* and it runs */
static bool timer_irq_on = false; /* INTID of the virtual timer's interrupt */

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

/* The guest stops running: saves the state that affects protection domains. */
static void deactivate(struct vcpu *vcpu)
{
    vgic_off(&vcpu->vgic);
    vcpu->regs[seL4_VCPUReg_SCTLR] = READ_SYSREG(sctlr_el1);
    vcpu->regs[seL4_VCPUReg_CPACR] = READ_SYSREG(cpacr_el1);
    vcpu->regs[seL4_VCPUReg_CNTV_CTL] = READ_SYSREG(cntv_ctl_el0);
    vcpu->regs[seL4_VCPUReg_CNTV_CVAL] = READ_SYSREG(cntv_cval_el0);
    vcpu->regs[seL4_VCPUReg_CNTVOFF] = READ_SYSREG(cntvoff_el2);
    vcpu->regs[seL4_VCPUReg_CNTKCTL_EL1] = READ_SYSREG(cntkctl_el1);
    vcpu->mdscr = READ_SYSREG(mdscr_el1);
    WRITE_SYSREG(mdscr_el1, 0); /* otherwise a guest's breakpoints would stop its VMM */
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
    vgic_on(&vcpu->vgic);
    timer_irq(!vcpu->timer_masked);
    active = true;
}

static void unload(struct vcpu *vcpu)
{
    vgic_save(&vcpu->vgic);
    for (unsigned i = 0; i < vcpu_list_registers; i++) {
        vcpu->vgic.list_registers[i] = vgic_read(i);
    }
    vcpu_regs_save(vcpu->regs);
#if CONFIG_MINIKIT_MICROKIT < 20300
    vcpu->par = READ_SYSREG(par_el1); /* not a register with a seL4 name */
#endif
    vcpu->csselr = READ_SYSREG(csselr_el1);
    vcpu_debug_save(&vcpu->debug);
}

static void load(struct vcpu *vcpu)
{
    vgic_load(&vcpu->vgic);
    for (unsigned i = 0; i < vcpu_list_registers; i++) {
        vgic_write(i, vcpu->vgic.list_registers[i]);
    }
    vcpu_regs_load(vcpu->regs);
#if CONFIG_MINIKIT_MICROKIT < 20300
    WRITE_SYSREG(par_el1, vcpu->par);
#endif
    WRITE_SYSREG(csselr_el1, vcpu->csselr);
    vcpu_debug_load(&vcpu->debug);
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
        return; /* it arrives again when the guest runs */
    }
    uint64_t index = UINT64_MAX;
    uint64_t ended = vgic_ended();
    if (ended != 0 && (unsigned)__builtin_ctzll(ended) < vcpu_list_registers) {
        index = (uint64_t)__builtin_ctzll(ended);
        uint64_t told = vgic_told(vgic_read(index));
        vgic_write(index, told);
        loaded->vgic.list_registers[index] = told;
    }
    fault_raise(seL4_Fault_VGICMaintenance, index, 0);
}

void vcpu_set_list_register(struct vcpu *vcpu, unsigned index, uint64_t value)
{
    if (vcpu == loaded) {
        vgic_write(index, value);
    } else {
        vcpu->vgic.list_registers[index] = value;
    }
}

void vcpu_reset(struct vcpu *vcpu)
{
    vcpu->regs[seL4_VCPUReg_SCTLR] = SCTLR_GUEST;
    vcpu->vgic.hcr = VGIC_HCR_EN;
    vcpu->debug.os_lock = true;
#if CONFIG_MINIKIT_MICROKIT >= 20300
    vcpu->thread.regs[REG_SPSR] = 0; /* as set by Microkit's initialiser */
#endif
}

void vcpu_init(void)
{
    vcpu_list_registers = vgic_init();
    gic_enable(BOARD_MAINTENANCE_INTID, true);
    WRITE_SYSREG(vpidr_el2, READ_SYSREG(midr_el1));
    WRITE_SYSREG(vtcr_el2, VTCR);
    WRITE_SYSREG(hcr_el2, HCR_PD);
    WRITE_SYSREG(sctlr_el1, SCTLR_PD);
    WRITE_SYSREG(cpacr_el1, CPACR_PD);
    WRITE_SYSREG(cntkctl_el1, CNTKCTL_PD);
    WRITE_SYSREG(cntv_ctl_el0, 0);
    vcpu_debug_init();
    isb();
}
