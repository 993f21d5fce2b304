/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes every kind of invocation, right and wrong, and prints the kernel's answer. */
#include "../common/say.h"

#define CHILD BASE_TCB_CAP + 2
#define GUEST BASE_VM_TCB_CAP + 1
#define VCPU  BASE_VCPU_CAP + 1
#define IRQ   BASE_IRQ_CAP + 3

/* The argument word of InjectIRQ. */
#define INJECT(irq, priority, group, index)                                      \
    ((seL4_Word)(irq) | (seL4_Word)(priority) << 16 | (seL4_Word)(group) << 24 | \
     (seL4_Word)(index) << 32)

static const struct {
    const char *name;
    seL4_CPtr cap;
    seL4_Word label, length, mr[4];
} calls[] = {
    {"empty slot", 9, 1, 0, {0}},
    {"last slot", 511, 1, 4, {1, 2, 3, 4}},
    {"notification", BASE_OUTPUT_NOTIFICATION_CAP + 7, 55, 2, {1, 2}},
    {"reply that nobody waits for", 4, 0, 1, {1}},
    {"thread: no such label", CHILD, 0, 0, {0}},
    {"thread: label of another object", CHILD, ARMVCPUReadReg, 1, {0}},
    {"thread: huge label", CHILD, 0xfffffffffffff, 0, {0}},
    {"read registers: no arguments", CHILD, TCBReadRegisters, 0, {0}},
    {"read registers: one argument", CHILD, TCBReadRegisters, 1, {0, 1}},
    {"read registers: none", CHILD, TCBReadRegisters, 2, {0, 0}},
    {"read registers: too many", CHILD, TCBReadRegisters, 2, {0, 37}},
    {"read registers: very many", CHILD, TCBReadRegisters, 2, {0, ~0ul}},
    {"read registers of a new guest", GUEST, TCBReadRegisters, 2, {0, 4}},
    {"write registers: no arguments", CHILD, TCBWriteRegisters, 0, {0}},
    {"write registers: more than sent", CHILD, TCBWriteRegisters, 3, {0, 2, 5}},
    {"write registers: very many", CHILD, TCBWriteRegisters, 4, {0, ~0ul, 5, 6}},
    {"write registers: none", CHILD, TCBWriteRegisters, 2, {0, 0}},
    {"write a guest's registers", GUEST, TCBWriteRegisters, 4, {0, 2, 0x1234, 0x5678}},
    {"read them back", GUEST, TCBReadRegisters, 2, {0, 3}},
    {"stop a stopped guest", GUEST, TCBSuspend, 0, {0}},
    {"set priority: no arguments", CHILD, TCBSetPriority, 0, {0}},
    {"set space: no arguments", CHILD, TCBSetSpace, 0, {0}},
    {"bind notification: none given", CHILD, TCBBindNotification, 0, {0}},
    {"copy registers: no arguments", CHILD, TCBCopyRegisters, 0, {0}},
    {"set TLS base: no arguments", CHILD, TCBSetTLSBase, 0, {0}},
    {"set TLS base", CHILD, TCBSetTLSBase, 1, {0x1000}},
    {"interrupt: acknowledge", IRQ, IRQAckIRQ, 0, {0}},
    {"interrupt: no such label", IRQ, TCBResume, 0, {0}},
    {"interrupt: no notification given", IRQ, IRQSetIRQHandler, 0, {0}},
    {"vCPU: no such label", VCPU, TCBResume, 0, {0}},
    {"vCPU: no thread given", VCPU, ARMVCPUSetTCB, 0, {0}},
    {"read vCPU register: no arguments", VCPU, ARMVCPUReadReg, 0, {0}},
    {"read vCPU register: first", VCPU, ARMVCPUReadReg, 1, {0}},
    {"read vCPU register: last", VCPU, ARMVCPUReadReg, 1, {seL4_VCPUReg_CNTKCTL_EL1}},
    {"read vCPU register: one too far", VCPU, ARMVCPUReadReg, 1, {seL4_VCPUReg_Num}},
    {"read vCPU register: far", VCPU, ARMVCPUReadReg, 1, {~0ul}},
    {"write vCPU register: one argument", VCPU, ARMVCPUWriteReg, 1, {0, 1}},
    {"write vCPU register: far", VCPU, ARMVCPUWriteReg, 2, {~0ul, 1}},
    {"write vCPU register", VCPU, ARMVCPUWriteReg, 2, {seL4_VCPUReg_VBAR, 0x4567800}},
    {"read it back", VCPU, ARMVCPUReadReg, 1, {seL4_VCPUReg_VBAR}},
#if MICROKIT_VERSION < 20300
    {"write vCPU register that is read-only", VCPU, ARMVCPUWriteReg, 2, {seL4_VCPUReg_ISR, 5}},
    {"read it back", VCPU, ARMVCPUReadReg, 1, {seL4_VCPUReg_ISR}},
#else
    {"write PAR_EL1", VCPU, ARMVCPUWriteReg, 2, {seL4_VCPUReg_PAR, 5}},
    {"read it back", VCPU, ARMVCPUReadReg, 1, {seL4_VCPUReg_PAR}},
#endif
    {"inject: no arguments", VCPU, ARMVCPUInjectIRQ, 0, {0}},
    {"inject: INTID too large", VCPU, ARMVCPUInjectIRQ, 1, {INJECT(1024, 0, 0, 0)}},
    {"inject: priority too large", VCPU, ARMVCPUInjectIRQ, 1, {INJECT(40, 32, 0, 0)}},
    {"inject: group too large", VCPU, ARMVCPUInjectIRQ, 1, {INJECT(40, 0, 2, 0)}},
    {"inject: list register too far", VCPU, ARMVCPUInjectIRQ, 1, {INJECT(40, 0, 0, 4)}},
    {"inject: into the last list register", VCPU, ARMVCPUInjectIRQ, 1, {INJECT(1023, 31, 1, 3)}},
    {"inject: into the same again", VCPU, ARMVCPUInjectIRQ, 1, {INJECT(40, 0, 0, 3)}},
    {"acknowledge VPPI: no arguments", VCPU, ARMVCPUAckVPPI, 0, {27}},
    {"acknowledge VPPI: not one", VCPU, ARMVCPUAckVPPI, 1, {26}},
    {"acknowledge VPPI", VCPU, ARMVCPUAckVPPI, 1, {27}},
    {"own space: no arguments", 3, ARMVSpaceClean_Data, 0, {0}},
    {"own space: empty range", 3, ARMVSpaceClean_Data, 2, {0x200000, 0x200000}},
    {"own space: beyond the end", 3, ARMVSpaceClean_Data, 2, {0x200000, ~0ul}},
    {"own space: across pages", 3, ARMVSpaceClean_Data, 2, {0x200000, 0x201001}},
    {"own space: unmapped", 3, ARMVSpaceInvalidate_Data, 2, {0x10000000, 0x10000040}},
    {"own space: clean", 3, ARMVSpaceClean_Data, 2, {0x200000, 0x200040}},
    {"own space: clean, invalidate", 3, ARMVSpaceCleanInvalidate_Data, 2, {0x200010, 0x201000}},
    {"own space: unify", 3, ARMVSpaceUnify_Instruction, 2, {0x200000, 0x200040}},
    {"own space: no such label", 3, TCBResume, 2, {0}},
};

void init(void)
{
    for (unsigned i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        seL4_Word mr[4];
        for (unsigned j = 0; j < 4; j++) {
            mr[j] = calls[i].mr[j];
        }
        seL4_MessageInfo_t tag = seL4_MessageInfo_new(calls[i].label, 0, 0, calls[i].length);
        tag = seL4_CallWithMRs(calls[i].cap, tag, &mr[0], &mr[1], &mr[2], &mr[3]);
        say(calls[i].name);
        say(": ");
        say_number(seL4_MessageInfo_get_label(tag));
        for (unsigned j = 0; j < seL4_MessageInfo_get_length(tag) && j < 4; j++) {
            say(" ");
            say_hex(mr[j]);
        }
        say("\n");
    }
    finish();
}

void notified(microkit_channel ch)
{
    (void)ch;
}
