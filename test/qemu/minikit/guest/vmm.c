/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints every fault of its guest, and at each step does what the guest waits for. */
#include "../common/say.h"

#define VCPU       0
#define SECOND     3
#define FLAGS      0xf0000000ul
#define EC(hsr)    ((hsr) >> 26)
#define EC_SMC     0x17
#define FIRST_SPSR 0x3c5 /* EL1h, everything masked */

seL4_Word ram;
extern char guest[], guest_end[], guest_second[];

static const char *const fault_names[] = {
    "null",    "cap", "unknown syscall",  "user exception", "",
    "timeout", "VM",  "VGIC maintenance", "vCPU",           "VPPI",
};

static void start(microkit_child vcpu, char *entry)
{
    static seL4_UserContext regs;
    regs.pc = ram + (seL4_Word)(entry - guest);
    regs.sp = 0;
    regs.spsr = FIRST_SPSR;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 3, &regs);
    microkit_vcpu_restart(vcpu, regs.pc);
}

static void advance(microkit_child vcpu)
{
    static seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
    regs.pc += 4;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
}

static void show_reg(const char *name, microkit_child vcpu, seL4_Word reg)
{
    say("  ");
    say(name);
    say(" ");
    say_hex(microkit_vcpu_arm_read_reg(vcpu, reg));
    say("\n");
}

/* Computes with the FPU while a guest has other numbers in the same registers. */
static void use_fpu(void)
{
    seL4_Word sum;
    __asm__ volatile("fmov d0, #8.0\n fmov d31, #16.0\n fadd d0, d0, d31\n fmov %0, d0"
                     : "=r"(sum)
                     :
                     : "v0", "v31");
    say("  VMM's own sum ");
    say_hex(sum);
    say("\n");
}

static void inject(seL4_Uint16 irq, seL4_Uint8 priority, seL4_Uint8 group, seL4_Uint8 index)
{
    seL4_Error error = seL4_ARM_VCPU_InjectIRQ(BASE_VCPU_CAP + VCPU, irq, priority, group, index);
    report("injected with error", error);
}

static void step(microkit_child vcpu, seL4_Word number)
{
    static seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 7, &regs);
    say("step ");
    say_number(number);
    say(": x0 ");
    say_hex(regs.x0);
    say(", x1 ");
    say_hex(regs.x1);
    say(", x2 ");
    say_hex(regs.x2);
    say("\n");
    switch (number) {
    case 0: microkit_vcpu_arm_write_reg(vcpu, seL4_VCPUReg_VMPIDR_EL2, 0x80000102); break;
    case 5:
        show_reg("VBAR", vcpu, seL4_VCPUReg_VBAR);
        show_reg("SP_EL1", vcpu, seL4_VCPUReg_SP_EL1);
        show_reg("TPIDR_EL1", vcpu, seL4_VCPUReg_TPIDR_EL1);
        show_reg("TTBR0", vcpu, seL4_VCPUReg_TTBR0);
        show_reg("CPACR", vcpu, seL4_VCPUReg_CPACR);
        use_fpu();
        break;
    case 7: inject(45, 3, 0, 2); break;
    case 9:
        show_reg("CNTV_CTL", vcpu, seL4_VCPUReg_CNTV_CTL);
        microkit_vcpu_arm_ack_vppi(vcpu, 27);
        break;
    case 11:
        microkit_vcpu_arm_write_reg(SECOND, seL4_VCPUReg_CPACR, 3 << 20);
        start(SECOND, guest_second);
        break;
    case 12:
        show_reg("first vCPU's VBAR", vcpu, seL4_VCPUReg_VBAR);
        show_reg("second vCPU's VBAR", SECOND, seL4_VCPUReg_VBAR);
        break;
    case 21:
        show_reg("first vCPU's VBAR", VCPU, seL4_VCPUReg_VBAR);
        show_reg("second vCPU's VBAR", vcpu, seL4_VCPUReg_VBAR);
        break;
    case 20:
        microkit_vcpu_arm_write_reg(vcpu, seL4_VCPUReg_VBAR, 0x777800);
        use_fpu();
        break;
    default: break;
    }
}

static void show_fault(microkit_child vcpu, microkit_msginfo info)
{
    seL4_Word label = microkit_msginfo_get_label(info);
    say("vCPU ");
    say_number(vcpu);
    say(": ");
    say(fault_names[label]);
    say(" fault:");
    for (seL4_Word i = 0; i < microkit_msginfo_get_count(info); i++) {
        seL4_Word word = microkit_mr_get((seL4_Uint8)i);
        say(" ");
        say_hex(label == seL4_Fault_UnknownSyscall && i == seL4_UnknownSyscall_SPSR ? word & ~FLAGS
                                                                                    : word);
    }
    say("\n");
}

void init(void)
{
    for (char *from = guest, *to = (char *)ram; from < guest_end;) {
        *to++ = *from++;
    }
    start(VCPU, guest);
}

void notified(microkit_channel ch)
{
    (void)ch;
}

seL4_Bool fault(microkit_child vcpu, microkit_msginfo info, microkit_msginfo *reply)
{
    seL4_Word label = microkit_msginfo_get_label(info);
    seL4_Word hsr = microkit_mr_get(seL4_VCPUFault_HSR);
    *reply = microkit_msginfo_new(0, 0);
    if (label == seL4_Fault_VCPUFault && EC(hsr) == EC_SMC) {
        step(vcpu, hsr & 0xffff);
        if ((hsr & 0xffff) == 21) {
            finish();
            return seL4_False;
        }
        advance(vcpu);
        return seL4_True;
    }
    show_fault(vcpu, info);
    switch (label) {
    case seL4_Fault_UnknownSyscall:
        microkit_mr_set(seL4_UnknownSyscall_X0, 0xabc);
        microkit_mr_set(seL4_UnknownSyscall_FaultIP, microkit_mr_get(seL4_UnknownSyscall_LR));
        *reply = microkit_msginfo_new(0, seL4_UnknownSyscall_FaultIP + 1);
        break;
    case seL4_Fault_VMFault:
        if (microkit_mr_get(seL4_VMFault_PrefetchFault)) {
            /* Its vectors are not mapped: continue after the instruction that went there. */
            seL4_UserContext regs;
            regs.pc = microkit_vcpu_arm_read_reg(vcpu, seL4_VCPUReg_ELR_EL1) + 4;
            seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_False, 0, 1, &regs);
            break;
        }
        advance(vcpu);
        break;
    case seL4_Fault_CapFault:
    case seL4_Fault_VCPUFault: advance(vcpu); break;
    default: break;
    }
    return seL4_True;
}
