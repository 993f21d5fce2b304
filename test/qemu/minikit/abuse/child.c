/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes one system call each time it is started. Its seed determines the call and the contents of
 * the registers and the IPC buffer: values at the edge of validity, and some far from it.
 */
#include "shared.h"

struct shared *shared;

static seL4_Word state;

static seL4_Word random_word(void)
{
    state = mix(state, 1);
    return state;
}

#define PICK(list) (list)[random_word() % (sizeof(list) / sizeof((list)[0]))]

static const seL4_Word numbers[] = {
    seL4_SysCall,
    seL4_SysCall,
    seL4_SysCall,
    seL4_SysCall,
    seL4_SysReplyRecv,
    seL4_SysNBSendRecv,
    seL4_SysNBSendWait,
    seL4_SysSend,
    seL4_SysNBSend,
    seL4_SysRecv,
    seL4_SysNBRecv,
    seL4_SysWait,
    seL4_SysNBWait,
    seL4_SysYield,
    seL4_SysDebugCapIdentify,
    -18,
    -100,
    0,
    1,
    1ul << 63,
};

static const seL4_Word caps[] = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    9,
    BASE_OUTPUT_NOTIFICATION_CAP,
    BASE_OUTPUT_NOTIFICATION_CAP + 1,
    BASE_ENDPOINT_CAP,
    BASE_IRQ_CAP + 9,
    BASE_TCB_CAP,
    BASE_VM_TCB_CAP,
    BASE_VM_TCB_CAP,
    BASE_VM_TCB_CAP,
    BASE_VCPU_CAP,
    BASE_VCPU_CAP,
    BASE_VCPU_CAP,
    393,
    394,
    511,
    512,
    ~0ul,
};

static const seL4_Word labels[] = {
    0,
    1,
    TCBReadRegisters,
    TCBReadRegisters,
    TCBWriteRegisters,
    TCBWriteRegisters,
    TCBCopyRegisters,
    TCBSetPriority,
    TCBSetSpace,
    TCBSuspend,
    TCBResume,
    TCBUnbindNotification,
    TCBSetTLSBase,
    CNodeRevoke,
    IRQAckIRQ,
    ARMVSpaceClean_Data,
    ARMVSpaceInvalidate_Data,
    ARMVCPUInjectIRQ,
    ARMVCPUInjectIRQ,
    ARMVCPUReadReg,
    ARMVCPUReadReg,
    ARMVCPUWriteReg,
    ARMVCPUWriteReg,
    0xfffffffffffff,
};

static const seL4_Word lengths[] = {0, 1, 2, 2, 3, 4, 5, 13, 38, 119, 120, 121, 127};

static const seL4_Word words[] = {
    0,        1,        2,          3,         4,           12,          23,
    24,       36,       37,         0x1f0028,  0x30020001f, 0x400000028, 0x200000,
    0x200040, 0x201000, 0x10000000, 1ul << 40, 1ul << 63,   ~0ul,
};

static void call_kernel(void)
{
    register seL4_Word x7 __asm__("x7") = PICK(numbers);
    register seL4_Word x0 __asm__("x0") = PICK(caps);
    register seL4_Word x6 __asm__("x6") = random_word() % 2 ? 4 : PICK(caps);
    register seL4_Word x8 __asm__("x8") = PICK(caps);
    seL4_Word extra = random_word() % 16 ? 0 : random_word() % 4;
    seL4_MessageInfo_t info =
        seL4_MessageInfo_new(PICK(labels), random_word() % 8, extra, PICK(lengths));
    register seL4_Word x1 __asm__("x1") = info.words[0];
    register seL4_Word x2 __asm__("x2") = PICK(words);
    register seL4_Word x3 __asm__("x3") = PICK(words);
    register seL4_Word x4 __asm__("x4") = PICK(words);
    register seL4_Word x5 __asm__("x5") = PICK(words);
    __asm__ volatile("adr x11, 1f\n mov x12, sp\n stp x11, x12, [%[at]]\n 1: svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7), "r"(x8), [at] "r"(&shared->pc)
                     : "x11", "x12", "memory");
    seL4_Word result = mix(mix(mix(0, x0), x1), x2);
    shared->result = mix(mix(mix(result, x3), x4), x5);
}

void init(void)
{
    if (shared->stack == 0) {
        seL4_Word sp;
        __asm__ volatile("mov %0, sp" : "=r"(sp));
        shared->stack = sp;
    }
    state = shared->seed;
    for (unsigned i = 0; i < 8; i++) {
        random_word();
    }
    for (int i = 0; i < seL4_MsgMaxLength; i++) {
        seL4_SetMR(i, PICK(words));
    }
    for (unsigned i = 0; i < seL4_MsgMaxExtraCaps; i++) {
        seL4_SetCap((int)i, 512 + random_word());
    }
    call_kernel();
    shared->done = shared->seed;
}

void notified(microkit_channel ch)
{
    (void)ch;
}
