/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls a function on which its guest has set a breakpoint. */
#include "../common/say.h"

seL4_Word ram;
extern char guest[], guest_end[];

__attribute__((noinline)) static void marked(void)
{
    __asm__ volatile("" : : : "memory");
}

void init(void)
{
    static seL4_UserContext regs;
    for (char *from = guest, *to = (char *)ram; from < guest_end;) {
        *to++ = *from++;
    }
    regs.pc = ram;
    regs.spsr = 0x3c5;
    regs.x0 = (seL4_Word)marked;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP, seL4_True, 0, 4, &regs);
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
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 5, &regs);
    marked();
    report("runs on after step", step);
    report("guest's MDSCR_EL1", regs.x1);
    if (step == 2) {
        finish();
    }
    regs.pc += 4;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
    *reply = microkit_msginfo_new(0, 0);
    return seL4_True;
}
