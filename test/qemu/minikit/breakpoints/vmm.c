/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls a function on which its guest has set a breakpoint, and runs a second vCPU. */
#include "../common/say.h"

#define OSLSR_LOCKED (1u << 1)

seL4_Word ram;
extern char guest[], other_vcpu[], guest_end[];

__attribute__((noinline)) static void marked(void)
{
    __asm__ volatile("" : : : "memory");
}

static void start(microkit_child vcpu, const char *entry)
{
    static seL4_UserContext regs;
    regs.pc = ram + (entry - guest);
    regs.spsr = 0x3c5;
    regs.x0 = (seL4_Word)marked;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_True, 0, 4, &regs);
}

/* After a fault: continue after the trapped instruction. */
static void go_on(microkit_child vcpu)
{
    static seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
    regs.pc += 4;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_True, 0, 1, &regs);
}

void init(void)
{
    for (char *from = guest, *to = (char *)ram; from < guest_end;) {
        *to++ = *from++;
    }
    start(0, guest);
}

void notified(microkit_channel ch)
{
    (void)ch;
}

seL4_Bool fault(microkit_child vcpu, microkit_msginfo info, microkit_msginfo *reply)
{
    static seL4_UserContext regs;
    seL4_Word step = microkit_mr_get(seL4_VCPUFault_HSR) & 0xffff;
    (void)info;
    (void)reply;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 7, &regs);
    marked();
    report("runs on after step", step);
    switch (step) {
    case 1: go_on(0); break;
    case 2:
        report("guest's MDSCR_EL1", regs.x1);
        start(1, other_vcpu);
        break;
    case 3:
        report("the other vCPU's breakpoint is at", regs.x1);
        report("and its control", regs.x2);
        report("its OS lock", (regs.x3 & OSLSR_LOCKED) != 0);
        go_on(0);
        break;
    default:
        report("the first one's is where it was", regs.x1 == (seL4_Word)marked);
        report("with its control", regs.x2);
        report("with its OS lock", (regs.x3 & OSLSR_LOCKED) != 0);
        finish();
    }
    return seL4_False;
}
