/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry into an act and the return from it. Every act ends with an exception, at the latest
 * with the BRK after it. No register of the act is lost: TPIDR_EL1 and TPIDRRO_EL0 are the scratch
 * registers.
 */
#include "layout.h"

    .text
/* void enter(struct context *): returns when an exception was taken. */
    .global enter
enter:
    stp     x19, x20, [sp, #-96]!
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    mov     x1, sp
    str     x1, [x0, #CONTEXT_HOST_SP]
    ldr     x1, [x0, #CONTEXT_LOW]
    cbz     x1, 2f
    ldp     x1, x2, [x0, #CONTEXT_TTBR1]
    bl      switch_tables
2:  ldr     x1, [x0, #CONTEXT_SIMD]
    cbz     x1, 1f
    ldp     q0, q1, [x0, #CONTEXT_Q]
    ldp     q2, q3, [x0, #CONTEXT_Q + 32]
1:  mov     x1, #1
    str     x1, [x0, #CONTEXT_INSIDE]
    ldr     x1, [x0, #CONTEXT_ELR]
    msr     elr_el1, x1
    ldr     x1, [x0, #CONTEXT_SPSR]
    msr     spsr_el1, x1
    ldr     x1, [x0, #CONTEXT_SP_EL0]
    msr     sp_el0, x1
    ldr     x1, [x0, #CONTEXT_SP_EL1]
    mov     sp, x1
    ldr     x1, [x0, #CONTEXT_SCTLR]
    msr     tpidrro_el0, x1
    ldr     x1, [x0]
    msr     tpidr_el1, x1
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
    ldr     x1, [x0, #8]
    /* From here on memory may be big-endian for EL1: no more accesses. */
    mrs     x0, tpidrro_el0
    msr     sctlr_el1, x0
    msr     tpidrro_el0, xzr
    isb
    mrs     x0, tpidr_el1
    eret

/* TTBR1_EL1 = x1, TCR_EL1 = x2 */
    .macro  set_tables
    msr     ttbr1_el1, x1
    msr     tcr_el1, x2
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    .endm

switch_tables:
    set_tables
    ret

    .macro  vector number
    .balign 128
    msr     tpidr_el1, x0
    mov     x0, #\number
    msr     tpidrro_el0, x0
    b       leave
    .endm

/* Copied to the start of each CPU's area, so that the PC identifies the CPU. */
    .balign 2048
    .global vectors, vectors_end
vectors:
    vector  0
    vector  1
    vector  2
    vector  3
    vector  4
    vector  5
    vector  6
    vector  7
    vector  8
    vector  9
    vector  10
    vector  11
    vector  12
    vector  13
    vector  14
    vector  15
leave:
    mov     x0, #SCTLR_LOW
    movk    x0, #SCTLR_HIGH, lsl #16
    msr     sctlr_el1, x0
    isb
    adr     x0, vectors + AREA_CONTEXT
    stp     x1, x2, [x0, #8]
    stp     x3, x4, [x0, #24]
    stp     x5, x6, [x0, #40]
    stp     x7, x8, [x0, #56]
    stp     x9, x10, [x0, #72]
    stp     x11, x12, [x0, #88]
    stp     x13, x14, [x0, #104]
    stp     x15, x16, [x0, #120]
    stp     x17, x18, [x0, #136]
    stp     x19, x20, [x0, #152]
    stp     x21, x22, [x0, #168]
    stp     x23, x24, [x0, #184]
    stp     x25, x26, [x0, #200]
    stp     x27, x28, [x0, #216]
    stp     x29, x30, [x0, #232]
    mrs     x1, tpidr_el1
    str     x1, [x0]
    mrs     x1, sp_el0
    str     x1, [x0, #CONTEXT_SP_EL0]
    mov     x1, sp
    str     x1, [x0, #CONTEXT_SP_EL1]
    mrs     x1, elr_el1
    mrs     x2, spsr_el1
    stp     x1, x2, [x0, #CONTEXT_ELR]
    mrs     x1, esr_el1
    mrs     x2, far_el1
    stp     x1, x2, [x0, #CONTEXT_ESR]
    mrs     x1, tpidrro_el0
    str     x1, [x0, #CONTEXT_VECTOR]
    ldr     x1, [x0, #CONTEXT_INSIDE]
    cbz     x1, 2f
    str     xzr, [x0, #CONTEXT_INSIDE]
    ldr     x1, [x0, #CONTEXT_SIMD]
    cbz     x1, 1f
    stp     q0, q1, [x0, #CONTEXT_Q]
    stp     q2, q3, [x0, #CONTEXT_Q + 32]
1:  ldr     x1, [x0, #CONTEXT_LOW]
    cbz     x1, 3f
    ldp     x1, x2, [x0, #CONTEXT_TTBR1 + 16]
    set_tables
3:  ldr     x1, [x0, #CONTEXT_HOST_SP]
    mov     sp, x1
    ldp     x21, x22, [sp, #16]
    ldp     x23, x24, [sp, #32]
    ldp     x25, x26, [sp, #48]
    ldp     x27, x28, [sp, #64]
    ldp     x29, x30, [sp, #80]
    ldp     x19, x20, [sp], #96
    ret
    /* Not in an act: this program itself has failed. The end of the area serves as the stack. */
2:  adr     x1, vectors + AREA_SIZE
    mov     sp, x1
    ldr     x1, [x0, #CONTEXT_FAIL]
    br      x1
vectors_end:
