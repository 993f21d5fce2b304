/* SPDX-License-Identifier: BSD-2-Clause */
/* Does one wrong thing each time it is started, after noting where. */
#include "shared.h"

struct shared *shared;

/* Notes the address of `instruction` and the stack pointer, then runs it with x10 as given. */
#define DO_AT(instruction, x10_value)                                                               \
    do {                                                                                           \
        register seL4_Word x10 __asm__("x10") = (seL4_Word)(x10_value);                            \
        __asm__ volatile("adr x11, 1f\n"                                                           \
                         "mov x12, sp\n"                                                           \
                         "stp x11, x12, [%1]\n"                                                    \
                         "1: " instruction "\n"                                                    \
                         "stp x0, x1, [%1, #16]\n"                                                 \
                         : "+r"(x10)                                                               \
                         : "r"(&shared->pc)                                                        \
                         : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x11", "x12",     \
                           "x30", "memory");                                                       \
    } while (0)

/* The same for a jump: what is wrong is the address that it goes to. */
static void jump_to(seL4_Word address)
{
    shared->pc = address;
    __asm__ volatile("mov x12, sp\n"
                     "str x12, [%1]\n"
                     "blr %0"
                     :
                     : "r"(address), "r"(&shared->sp)
                     : "x12", "x30", "memory");
}

#define CALL(number, cap, reply)                                                                   \
    "mov x0, #" #cap "\n mov x1, #0\n mov x6, #" #reply "\n mov x7, #" #number "\n"

void init(void)
{
    static seL4_Word data = 0xd503201f; /* NOP */
    switch (shared->wrong) {
    case READ_UNMAPPED: DO_AT("ldr x10, [x10]", 0x10000008); break;
    case WRITE_UNMAPPED: DO_AT("str x10, [x10]", 0x10000008); break;
    case READ_NULL: DO_AT("ldrb w10, [x10]", 0); break;
    case READ_BEYOND_40_BITS: DO_AT("ldr x10, [x10]", 1ul << 40); break;
    case WRITE_CODE: DO_AT("str x10, [x10]", 0x200000); break;
    case RUN_UNMAPPED: jump_to(0x10000000); break;
    case RUN_DATA: jump_to((seL4_Word)&data); break;
    case RUN_MISALIGNED: jump_to(0x200002); break;
    case UNDEFINED: DO_AT("udf #0", 0); break;
    case BREAKPOINT: DO_AT("brk #7", 0); break;
    case HYPERVISOR_CALL: DO_AT(".inst 0xd4000002", 0); break;
    case SECURE_CALL: DO_AT(".inst 0xd4000003", 0); break;
    case SYSTEM_REGISTER: DO_AT("mrs x10, sctlr_el1", 0); break;
    case VIRTUAL_COUNTER: DO_AT("mrs x10, cntvct_el0", 0); break;
    case UNKNOWN_CALL:
        __asm__ volatile("" : : : "memory");
        DO_AT("svc #0", 0);
        break;
    default: break;
    }
}

void notified(microkit_channel ch)
{
    (void)ch;
}
