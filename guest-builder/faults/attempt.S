/* SPDX-License-Identifier: BSD-2-Clause */
/* See attempt.h. */
#define ENTRY   0
#define X0      16
#define VECTOR  80
#define ESR     88
#define ELR     104
#define ENTERED 120

    .text
/* void attempt(struct attempt *attempt) */
    .global attempt
attempt:
    stp     x29, x30, [sp, #-112]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mrs     x9, vbar_el1
    str     x9, [sp, #96]
    adrp    x9, saved_sp
    mov     x10, sp
    str     x10, [x9, :lo12:saved_sp]
    adrp    x9, current
    str     x0, [x9, :lo12:current]
    adr     x9, attempt_vectors
    msr     vbar_el1, x9
    isb
    ldp     x9, x10, [x0, #ENTRY]
    msr     elr_el1, x9
    msr     spsr_el1, x10
    mov     x9, x0
    ldp     x0, x1, [x9, #X0]
    ldp     x2, x3, [x9, #X0 + 16]
    ldp     x4, x5, [x9, #X0 + 32]
    ldp     x6, x7, [x9, #X0 + 48]
    eret

caught:                                 /* x29 and x30 are in TPIDR_EL0 and TPIDR_EL1; x30: vector */
    msr     tpidr_el0, x29
    adrp    x29, current
    ldr     x29, [x29, :lo12:current]
    stp     x0, x1, [x29, #X0]
    stp     x2, x3, [x29, #X0 + 16]
    stp     x4, x5, [x29, #X0 + 32]
    stp     x6, x7, [x29, #X0 + 48]
    mrs     x0, nzcv
    mrs     x1, daif
    mrs     x2, spsel
    mrs     x3, CurrentEL
    orr     x0, x0, x1
    orr     x2, x2, x3
    orr     x0, x0, x2
    str     x0, [x29, #ENTERED]
    mrs     x0, esr_el1
    mrs     x1, far_el1
    stp     x30, x0, [x29, #VECTOR]
    str     x1, [x29, #ESR + 8]
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x0, x1, [x29, #ELR]
    msr     spsel, #1
    adrp    x9, saved_sp
    ldr     x9, [x9, :lo12:saved_sp]
    mov     sp, x9
    ldr     x9, [sp, #96]
    msr     vbar_el1, x9
    isb
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #112
    ret

    .balign 2048
attempt_vectors:
    .set    offset, 0
    .rept   16
    .balign 128
    msr     tpidr_el1, x30
    mov     x30, #offset
    b       caught
    .set    offset, offset + 128
    .endr

    .macro  snippet name, instruction:vararg
    .global \name
\name:
    \instruction
    svc     #0
    .endm

    .balign 4096
    .global snippets
snippets:
    snippet stp_w1_w2_x0, stp w1, w2, [x0]
    snippet ldp_w1_w2_x0, ldp w1, w2, [x0]
    snippet stp_x1_x2_x0, stp x1, x2, [x0]
    snippet ldp_x1_x2_x0, ldp x1, x2, [x0]
    snippet stp_post_x0, stp w1, w2, [x0], #8
    snippet str_w1_x0, str w1, [x0]
    snippet ldr_w1_x0, ldr w1, [x0]
    snippet sttr_w1_x0, sttr w1, [x0]
    snippet ldtr_w1_x0, ldtr w1, [x0]
    snippet str_q0_x0, str q0, [x0]
    snippet dc_zva_x0, dc zva, x0
    snippet dc_civac_x0, dc civac, x0
    snippet dc_cvac_x0, dc cvac, x0
    snippet ic_ivau_x0, ic ivau, x0
    snippet at_s1e1r_x0, at s1e1r, x0
    snippet at_s1e0w_x0, at s1e0w, x0
    snippet stp_zr_x0, stp xzr, xzr, [x0]
    snippet undefined, mrs x1, s3_0_c15_c7_7
    snippet branch_x0, br x0
    snippet str_wzr_x0, str wzr, [x0]
    snippet smc_0, smc #0
    .global snippets_end
snippets_end:
    .balign 4096

    .bss
    .balign 8
saved_sp:
    .quad   0
current:
    .quad   0
