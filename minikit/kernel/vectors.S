/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception vectors of EL2. While a protection domain or guest runs, SP_EL2 points to its thread, so
 * an exception needs no scratch register to save the others. The kernel's stack is empty at each
 * entry. The C handler returns the thread to continue with.
 */
#include "context.h"

.macro enter
    stp x0, x1, [sp, #16 * 0]
    stp x2, x3, [sp, #16 * 1]
    stp x4, x5, [sp, #16 * 2]
    stp x6, x7, [sp, #16 * 3]
    stp x8, x9, [sp, #16 * 4]
    stp x10, x11, [sp, #16 * 5]
    stp x12, x13, [sp, #16 * 6]
    stp x14, x15, [sp, #16 * 7]
    stp x16, x17, [sp, #16 * 8]
    stp x18, x19, [sp, #16 * 9]
    stp x20, x21, [sp, #16 * 10]
    stp x22, x23, [sp, #16 * 11]
    stp x24, x25, [sp, #16 * 12]
    stp x26, x27, [sp, #16 * 13]
    stp x28, x29, [sp, #16 * 14]
    mrs x1, sp_el0
    mrs x2, elr_el2
    mrs x3, spsr_el2
    stp x30, x1, [sp, #8 * REG_LR]
    stp x2, x3, [sp, #8 * REG_PC]
    str x2, [sp, #8 * REG_FAULT_PC]
    adrp x1, kernel_stack_top
    add x1, x1, :lo12:kernel_stack_top
    mov sp, x1
.endm

/* An exception from a thread: calls `handler` with ESR_EL2. */
.macro from_thread handler
    .balign 0x80
    enter
    mrs x0, esr_el2
    bl \handler
    b resume
.endm

/* An exception from the kernel itself is fatal. */
.macro from_kernel
    .balign 0x80
    mrs x0, esr_el2
    mrs x1, elr_el2
    mrs x2, far_el2
    adrp x3, kernel_stack_top
    add x3, x3, :lo12:kernel_stack_top
    mov sp, x3
    b kernel_fault
.endm

    .text
    .balign 0x800
    .global vectors
vectors:
    .rept 8 // current EL, with SP_EL0 and with SP_EL2
    from_kernel
    .endr
    .rept 2 // lower EL in AArch64, and in AArch32: user programs of a guest
    from_thread trap_synchronous
    from_thread trap_interrupt
    from_kernel // FIQ: with the Security Extensions no interrupt is in group 0
    from_thread trap_serror
    .endr

/* void resume(struct thread *thread): leaves the kernel. */
    .global resume
    .type resume, %function
resume:
    mov sp, x0
    ldp x30, x1, [sp, #8 * REG_LR]
    ldp x2, x3, [sp, #8 * REG_PC]
    msr sp_el0, x1
    msr elr_el2, x2
    msr spsr_el2, x3
    ldp x0, x1, [sp, #16 * 0]
    ldp x2, x3, [sp, #16 * 1]
    ldp x4, x5, [sp, #16 * 2]
    ldp x6, x7, [sp, #16 * 3]
    ldp x8, x9, [sp, #16 * 4]
    ldp x10, x11, [sp, #16 * 5]
    ldp x12, x13, [sp, #16 * 6]
    ldp x14, x15, [sp, #16 * 7]
    ldp x16, x17, [sp, #16 * 8]
    ldp x18, x19, [sp, #16 * 9]
    ldp x20, x21, [sp, #16 * 10]
    ldp x22, x23, [sp, #16 * 11]
    ldp x24, x25, [sp, #16 * 12]
    ldp x26, x27, [sp, #16 * 13]
    ldp x28, x29, [sp, #16 * 14]
    eret
