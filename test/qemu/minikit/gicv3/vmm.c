/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints every fault of its guest, and at each step does what the guest waits for. */
#include "../common/say.h"

#define FIRST      0
#define SECOND     3
#define EC(hsr)    ((hsr) >> 26)
#define EC_SMC     0x17
#define FIRST_SPSR 0x3c5 /* EL1h, everything masked */

seL4_Word ram;
extern char guest[], guest_end[], guest_second[];

static seL4_UserContext regs;

static void start(microkit_child vcpu, char *entry)
{
    regs.pc = ram + (seL4_Word)(entry - guest);
    regs.sp = 0;
    regs.spsr = FIRST_SPSR;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 3, &regs);
    microkit_vcpu_restart(vcpu, regs.pc);
}

static seL4_Word next_pc(microkit_child vcpu)
{
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
    return regs.pc + 4;
}

static void advance(microkit_child vcpu)
{
    regs.pc = next_pc(vcpu);
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
}

static void inject(seL4_Uint16 irq, seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
    seL4_Error error = seL4_ARM_VCPU_InjectIRQ(BASE_VCPU_CAP + FIRST, irq, priority, group, index);
    if (error != seL4_NoError) {
        report("injected with error", error);
    }
}

static void act(microkit_child vcpu, seL4_Word step)
{
    switch (step) {
    case 0: microkit_vcpu_arm_write_reg(vcpu, seL4_VCPUReg_VMPIDR_EL2, 0x80000102); break;
    case 3: inject(45, 3, 1, 2); break;
    case 5: inject(46, 3, 0, 1); break;
    case 7: /* 16 and 17 are of one level: the CPU has five bits of priority, the upper ones */
        inject(50, 24, 1, 0);
        inject(51, 16, 1, 1);
        inject(52, 17, 1, 3);
        break;
    case 11:
        inject(60, 20, 1, 0);
        inject(61, 15, 1, 1);
        break;
    case 12: inject(62, 0, 1, 0); break;
    default: break;
    }
}

static void step(microkit_child vcpu, seL4_Word number)
{
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 7, &regs);
    say("step ");
    say_number(number);
    say(": ");
    say_hex(regs.x0);
    say(" ");
    say_hex(regs.x1);
    say(" ");
    say_hex(regs.x2);
    say("\n");
    act(vcpu, number);
}

static void show_fault(microkit_msginfo info)
{
    seL4_Word label = microkit_msginfo_get_label(info);
    say(label == seL4_Fault_VGICMaintenance ? "VGIC maintenance" : "fault");
    for (seL4_Word i = 0; i < microkit_msginfo_get_count(info); i++) {
        say(" ");
        say_hex(microkit_mr_get((seL4_Uint8)i));
    }
    say("\n");
}

void init(void)
{
    for (char *from = guest, *to = (char *)ram; from < guest_end;) {
        *to++ = *from++;
    }
    start(FIRST, guest);
}

void notified(microkit_channel ch)
{
    (void)ch;
}

seL4_Bool fault(microkit_child vcpu, microkit_msginfo info, microkit_msginfo *reply)
{
    seL4_Word hsr = microkit_mr_get(seL4_VCPUFault_HSR);
    *reply = microkit_msginfo_new(0, 0);
    if (microkit_msginfo_get_label(info) == seL4_Fault_VGICMaintenance) {
        show_fault(info);
        return seL4_True;
    }
    if (microkit_msginfo_get_label(info) != seL4_Fault_VCPUFault || EC(hsr) != EC_SMC) {
        show_fault(info);
        advance(vcpu);
        return seL4_True;
    }
    step(vcpu, hsr & 0xffff);
    switch (hsr & 0xffff) {
    case 9: /* the first vCPU waits, and its state has to leave the hardware */
        start(SECOND, guest_second);
        return seL4_False;
    case 21:
        inject(53, 0, 1, 1); /* where the first vCPU has an active one */
        microkit_vcpu_restart(FIRST, next_pc(FIRST));
        return seL4_False;
    case 15: finish(); return seL4_False;
    default: advance(vcpu); return seL4_True;
    }
}
