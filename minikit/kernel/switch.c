/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Switches between threads: address space, thread registers, guest state, and the FPU, whose
 * registers are switched only when another thread uses them.
 */
#include "switch.h"

#include "sched.h"
#include "vcpu.h"

enum {
    CPTR_RES1 = 0x33ff,
    CPTR_TFP = 1 << 10, /* trap FPU and SIMD instructions */
};

void fpu_save(struct fpu_state *state);
void fpu_load(const struct fpu_state *state);

static struct thread *fpu_owner; /* thread whose values the registers hold */
static bool fpu_trapped;
static struct thread *last; /* the thread that ran last */

static void fpu_trap(bool trap)
{
    if (trap != fpu_trapped) {
        fpu_trapped = trap;
        WRITE_SYSREG(cptr_el2, trap ? CPTR_RES1 | CPTR_TFP : CPTR_RES1);
    }
}

bool fpu_take(void)
{
    if (!fpu_trapped || current->fpu_denied) {
        return false;
    }
    fpu_trap(false);
    isb();
    if (fpu_owner) {
        fpu_save(&fpu_owner->fpu);
    }
    fpu_load(&current->fpu);
    fpu_owner = current;
    return true;
}

void switch_to(struct thread *next)
{
    if (last) {
        last->regs[REG_TPIDR] = READ_SYSREG(tpidr_el0);
        last->regs[REG_TPIDRRO] = READ_SYSREG(tpidrro_el0);
    }
    vcpu_switch(next->vcpu);
    WRITE_SYSREG(vttbr_el2, next->vttbr);
    WRITE_SYSREG(tpidr_el0, next->regs[REG_TPIDR]);
    WRITE_SYSREG(tpidrro_el0, next->regs[REG_TPIDRRO]);
    fpu_trap(fpu_owner != next);
    last = next;
}

void switch_to_nobody(void)
{
    vcpu_switch(NULL);
}

void switch_init(void)
{
    fpu_trap(true);
}
