/* SPDX-License-Identifier: BSD-2-Clause */
/* Does one wrong thing each time it is started, after recording where. */
#include "shared.h"

struct shared *shared;

#define NOTE_PC_AND_SP "adr x11, 1f\n mov x12, sp\n stp x11, x12, [%[at]]\n 1: "

/* Records the address of `instruction` and the stack pointer, then executes it with x10 =
 * `value`. */
#define DO(instruction, value)                                      \
    do {                                                            \
        register seL4_Word x10 __asm__("x10") = (seL4_Word)(value); \
        __asm__ volatile(NOTE_PC_AND_SP instruction                 \
                         : "+r"(x10)                                \
                         : [at] "r"(&shared->pc)                    \
                         : "x11", "x12", "memory");                 \
    } while (0)

/* A jump whose destination is wrong. */
static void jump(seL4_Word address)
{
    shared->pc = address;
    __asm__ volatile("mov x12, sp\n str x12, [%1]\n blr %0"
                     :
                     : "r"(address), "r"(&shared->sp)
                     : "x12", "x30", "memory");
}

/* A system call. Records where it continues afterwards, x0 and x1. */
static void call(seL4_Word number, seL4_Word cap, seL4_MessageInfo_t info, seL4_Word reply)
{
    register seL4_Word x0 __asm__("x0") = cap;
    register seL4_Word x1 __asm__("x1") = info.words[0];
    register seL4_Word x2 __asm__("x2") = 22;
    register seL4_Word x3 __asm__("x3") = 33;
    register seL4_Word x4 __asm__("x4") = 44;
    register seL4_Word x5 __asm__("x5") = 55;
    register seL4_Word x6 __asm__("x6") = reply;
    register seL4_Word x7 __asm__("x7") = number;
    __asm__ volatile(NOTE_PC_AND_SP "svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7), [at] "r"(&shared->pc)
                     : "x11", "x12", "memory");
    shared->x0 = x0;
    shared->x1 = x1;
}

void init(void)
{
    static seL4_Word data = 0xd503201f; /* NOP */
    seL4_MessageInfo_t empty = seL4_MessageInfo_new(0, 0, 0, 0);
    switch (shared->wrong) {
    case READ_UNMAPPED: DO("ldr x10, [x10]", 0x10000008); break;
    case WRITE_UNMAPPED: DO("str x10, [x10]", 0x10000008); break;
    case READ_NULL: DO("ldrb w10, [x10]", 0); break;
    case READ_BEYOND_40_BITS: DO("ldr x10, [x10]", 1ul << 40); break;
    case WRITE_CODE: DO("str x10, [x10]", 0x200000); break;
    case RUN_UNMAPPED: jump(0x10000000); break;
    case RUN_DATA: jump((seL4_Word)&data); break;
    case RUN_MISALIGNED: jump(0x200002); break;
    case UNDEFINED: DO("udf #0", 0); break;
    case BREAKPOINT: DO("brk #7", 0); break;
    case HYPERVISOR_CALL: DO(".inst 0xd4000002", 0); break;
    case SECURE_CALL: DO(".inst 0xd4000003", 0); break;
    case SYSTEM_REGISTER: DO("mrs x10, sctlr_el1", 0); break;
    case VIRTUAL_COUNTER: DO("mrs x10, cntvct_el0", 0); break;
    case UNKNOWN_CALL: call(77, 11, empty, 66); break;
    case SEND_NO_SLOT: call(seL4_SysSend, 600, empty, 0); break;
    case RECEIVE_EMPTY: call(seL4_SysRecv, 9, empty, 4); break;
    case RECEIVE_NO_REPLY: call(seL4_SysRecv, BASE_ENDPOINT_CAP, empty, 5); break;
    case RECEIVE_OTHERS: call(seL4_SysWait, BASE_OUTPUT_NOTIFICATION_CAP, empty, 0); break;
    case SEND_EXTRA_NO_SLOT:
        seL4_SetCap(0, 700);
        call(seL4_SysSend, BASE_OUTPUT_NOTIFICATION_CAP, seL4_MessageInfo_new(0, 0, 1, 0), 0);
        break;
    default: break;
    }
    microkit_notify(0);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
