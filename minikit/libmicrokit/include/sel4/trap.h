/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls: x7 is the number, x0 the capability (out: the badge), x1 the tag, x2 to x5 the
 * first four message registers, x6 the reply object, x8 the first capability of NBSendRecv.
 */
#pragma once

#include <sel4/types.h>

/* A system call with all of its registers. */
typedef struct {
    seL4_Word dest, info, mr[seL4_FastMessageRegisters], reply, first;
} seL4_internal_regs;

LIBSEL4_INLINE_FUNC seL4_internal_regs seL4_internal_syscall(seL4_Word number,
                                                             seL4_internal_regs regs)
{
    register seL4_Word x0 __asm__("x0") = regs.dest;
    register seL4_Word x1 __asm__("x1") = regs.info;
    register seL4_Word x2 __asm__("x2") = regs.mr[0];
    register seL4_Word x3 __asm__("x3") = regs.mr[1];
    register seL4_Word x4 __asm__("x4") = regs.mr[2];
    register seL4_Word x5 __asm__("x5") = regs.mr[3];
    register seL4_Word x6 __asm__("x6") = regs.reply;
    register seL4_Word x7 __asm__("x7") = number;
    register seL4_Word x8 __asm__("x8") = regs.first;
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7), "r"(x8)
                     : "memory");
    regs.dest = x0;
    regs.info = x1;
    regs.mr[0] = x2;
    regs.mr[1] = x3;
    regs.mr[2] = x4;
    regs.mr[3] = x5;
    return regs;
}

/* A system call without a message or result. */
LIBSEL4_INLINE_FUNC void seL4_internal_syscall_null(seL4_Word number, seL4_Word dest,
                                                    seL4_Word info)
{
    register seL4_Word x0 __asm__("x0") = dest;
    register seL4_Word x1 __asm__("x1") = info;
    register seL4_Word x7 __asm__("x7") = number;
    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
}
