/* SPDX-License-Identifier: BSD-2-Clause */
/* The contents of PAR_EL1 when a guest has requested a translation and reads it after an exit. */
#include "../common/say.h"

#define PAR_ADDRESS 0xfffffffff000ul

seL4_Word ram;
extern char guest[], other_vcpu[], guest_end[];

static void start(microkit_child vcpu, const char *entry)
{
    static seL4_UserContext regs;
    regs.pc = ram + (entry - guest);
    regs.spsr = 0x3c5;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_True, 0, 3, &regs);
}

/* After a fault: continue after the trapped instruction. */
static void go_on(microkit_child vcpu)
{
    static seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
    regs.pc += 4;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_True, 0, 1, &regs);
}

static void report_address(const char *text, seL4_Word par)
{
    say(text);
    say(" ");
    say_hex(par & PAR_ADDRESS);
    say("\n");
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
    (void)reply;
    if (microkit_msginfo_get_label(info) == seL4_Fault_VMFault) {
        go_on(vcpu);
        return seL4_False;
    }
    seL4_Word step = microkit_mr_get(seL4_VCPUFault_HSR) & 0xffff;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 5, &regs);
    switch (step) {
    case 1: go_on(0); break;
    case 2:
        report_address("after an SMC", regs.x1);
        go_on(0);
        break;
    case 3:
        report_address("after an abort", regs.x1);
        start(1, other_vcpu);
        break;
    case 4:
        report_address("of the other vCPU", regs.x1);
        go_on(0);
        break;
    default: report_address("after the other vCPU", regs.x1); finish();
    }
    return seL4_False;
}
