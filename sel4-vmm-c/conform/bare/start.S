/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions on a bare machine, at EL2 with the MMU off: every CPU gets a stack and
 * enters C code. The probe runs at EL1 between enter() and the exception that returns here.
 */
#include "context.h"

    .section .head, "ax"
    .global _start
_start:
    adrp    x0, stacks_end
    add     sp, x0, :lo12:stacks_end
    adrp    x1, bss_start
    add     x1, x1, :lo12:bss_start
    adrp    x2, bss_end
    add     x2, x2, :lo12:bss_end
1:  cmp     x1, x2
    b.hs    2f
    str     xzr, [x1], #8
    b       1b
2:  bl      set_up
    b       bare_main

/* Entry of another CPU by PSCI CPU_ON. x0 is its number. */
    .global bare_second
bare_second:
    mov     x19, x0
    adrp    x1, stacks_end
    add     x1, x1, :lo12:stacks_end
    mov     x2, #BARE_STACK
    msub    x1, x0, x2, x1
    mov     sp, x1
    bl      set_up
    mov     x0, x19
    b       bare_second_main

set_up:
    adr     x1, vectors
    msr     vbar_el2, x1
    mov     x1, #(1 << 31)              /* HCR_EL2.RW: EL1 is AArch64 */
    orr     x1, x1, #(1 << 19)          /* TSC: only SMC traps to EL2 */
    msr     hcr_el2, x1
    mov     x1, #3                      /* EL1 can use the counter and the physical timer */
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    mov     x1, #0x33ff
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    isb
    ret

/* uint64_t enter(struct context *): runs EL1 until an exception to EL2; returns ESR_EL2. */
    .global enter
enter:
    stp     x19, x20, [sp, #-96]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    msr     tpidr_el2, x0
    ldp     x1, x2, [x0, #CONTEXT_ELR]
    msr     elr_el2, x1
    msr     spsr_el2, x2
    ldp     x2, x3, [x0, #16]
    ldp     x4, x5, [x0, #32]
    ldp     x6, x7, [x0, #48]
    ldp     x8, x9, [x0, #64]
    ldp     x10, x11, [x0, #80]
    ldp     x12, x13, [x0, #96]
    ldp     x14, x15, [x0, #112]
    ldp     x16, x17, [x0, #128]
    ldp     x18, x19, [x0, #144]
    ldp     x20, x21, [x0, #160]
    ldp     x22, x23, [x0, #176]
    ldp     x24, x25, [x0, #192]
    ldp     x26, x27, [x0, #208]
    ldp     x28, x29, [x0, #224]
    ldr     x30, [x0, #240]
    ldp     x0, x1, [x0]
    eret

from_el1:
    stp     x0, x1, [sp, #-16]!
    mrs     x0, tpidr_el2
    stp     x2, x3, [x0, #16]
    stp     x4, x5, [x0, #32]
    stp     x6, x7, [x0, #48]
    stp     x8, x9, [x0, #64]
    stp     x10, x11, [x0, #80]
    stp     x12, x13, [x0, #96]
    stp     x14, x15, [x0, #112]
    stp     x16, x17, [x0, #128]
    stp     x18, x19, [x0, #144]
    stp     x20, x21, [x0, #160]
    stp     x22, x23, [x0, #176]
    stp     x24, x25, [x0, #192]
    stp     x26, x27, [x0, #208]
    stp     x28, x29, [x0, #224]
    str     x30, [x0, #240]
    ldp     x1, x2, [sp], #16
    stp     x1, x2, [x0]
    mrs     x1, elr_el2
    mrs     x2, spsr_el2
    stp     x1, x2, [x0, #CONTEXT_ELR]
    mrs     x0, esr_el2
    ldp     x21, x22, [sp, #16]
    ldp     x23, x24, [sp, #32]
    ldp     x25, x26, [sp, #48]
    ldp     x27, x28, [sp, #64]
    ldp     x29, x30, [sp, #80]
    ldp     x19, x20, [sp], #96
    ret

    .macro  vector to
    .balign 128
    b       \to
    .endm

    .balign 2048
vectors:
    .rept   8
    vector  bare_fault                  /* exceptions from EL2 itself cannot be handled */
    .endr
    vector  from_el1
    .rept   7
    vector  bare_fault
    .endr

bare_fault:
    mrs     x0, esr_el2
    mrs     x1, elr_el2
    b       bare_died

    .bss
    .balign 16
stacks:
    .skip   BARE_STACK * 4
stacks_end:
