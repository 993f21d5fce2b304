/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe.h. Position-independent, linked at 0. The first byte is the entry point of every vCPU. */
#include "probe.h"

#define GICC_CTLR 0x00
#define GICC_PMR  0x04
#define GICC_BPR  0x08
#define GICC_IAR  0x0c
#define GICC_EOIR 0x10
#define GICC_ABPR 0x1c
#define GICC_APR0 0xd0

/* x1: the mailbox */
    .macro  save_x2_to_x29
    stp     x2, x3, [x1, #(MAILBOX_X + 16)]
    stp     x4, x5, [x1, #(MAILBOX_X + 32)]
    stp     x6, x7, [x1, #(MAILBOX_X + 48)]
    stp     x8, x9, [x1, #(MAILBOX_X + 64)]
    stp     x10, x11, [x1, #(MAILBOX_X + 80)]
    stp     x12, x13, [x1, #(MAILBOX_X + 96)]
    stp     x14, x15, [x1, #(MAILBOX_X + 112)]
    stp     x16, x17, [x1, #(MAILBOX_X + 128)]
    stp     x18, x19, [x1, #(MAILBOX_X + 144)]
    stp     x20, x21, [x1, #(MAILBOX_X + 160)]
    stp     x22, x23, [x1, #(MAILBOX_X + 176)]
    stp     x24, x25, [x1, #(MAILBOX_X + 192)]
    stp     x26, x27, [x1, #(MAILBOX_X + 208)]
    stp     x28, x29, [x1, #(MAILBOX_X + 224)]
    .endm

    .section .head, "ax"
    .global probe_start
/*
 * A vCPU arrives here by a BL at its entry point: x30 is the address after that, all other registers
 * are as the VMM has set them. They are to be examined, so all must be saved.
 */
probe_start:
    msr     tpidr_el1, x1
    mrs     x1, mpidr_el1
    and     x1, x1, #0xff               /* Aff0: number of the vCPU */
    lsl     x1, x1, #9                  /* PROBE_MAILBOX_SIZE */
    msr     tpidr_el0, x0
    adr     x0, probe_start
    add     x1, x1, x0
    mov     x0, #PROBE_MAILBOXES
    add     x1, x1, x0                  /* the mailbox */
    mrs     x0, tpidr_el0
    str     x0, [x1, #MAILBOX_X]
    mrs     x0, tpidr_el1
    msr     tpidr_el1, x1               /* from here on TPIDR_EL1 is the mailbox */
    str     x0, [x1, #(MAILBOX_X + 8)]
    save_x2_to_x29
    str     x30, [x1, #MAILBOX_STARTED]
    str     xzr, [x1, #(MAILBOX_X + 240)]
    mrs     x0, daif
    mrs     x2, CurrentEL
    orr     x0, x0, x2
    mrs     x2, spsel
    orr     x0, x0, x2
    str     x0, [x1, #MAILBOX_PSTATE]
    mrs     x0, sctlr_el1
    str     x0, [x1, #MAILBOX_SCTLR]
    msr     daifset, #0xf
    msr     spsel, #1
    adr     x0, vectors
    msr     vbar_el1, x0
    isb
    mov     x0, #PROBE_ENDED_START
    str     x0, [x1, #MAILBOX_ENDED]

/* x1: the mailbox, which has the result. Waits for the next command. */
ring:
    ldr     x2, [x1, #MAILBOX_DOORBELL]
    dsb     sy
    cbz     x2, commanded               /* a bare machine: by a call */
    str     xzr, [x2]                   /* stops until the agent resumes it */
    mrs     x1, tpidr_el1
    ldr     x0, [x1, #MAILBOX_COMMAND]
    cmp     x0, #PROBE_CLEAN
    b.eq    clean

    .global execute
/* x1: the mailbox. Loads the registers, executes the instruction and the BRK after it. */
execute:
    ldr     x0, [x1, #MAILBOX_RUN]
    msr     spsr_el1, x0
    ldr     x0, [x1, #MAILBOX_CODE]
    msr     elr_el1, x0
    dc      cvau, x0
    dsb     sy
    ic      ivau, x0
    dsb     sy
    isb
    ldr     x0, [x1, #MAILBOX_SP]
    mov     sp, x0
    ldp     x2, x3, [x1, #(MAILBOX_X + 16)]
    ldp     x4, x5, [x1, #(MAILBOX_X + 32)]
    ldp     x6, x7, [x1, #(MAILBOX_X + 48)]
    ldp     x8, x9, [x1, #(MAILBOX_X + 64)]
    ldp     x10, x11, [x1, #(MAILBOX_X + 80)]
    ldp     x12, x13, [x1, #(MAILBOX_X + 96)]
    ldp     x14, x15, [x1, #(MAILBOX_X + 112)]
    ldp     x16, x17, [x1, #(MAILBOX_X + 128)]
    ldp     x18, x19, [x1, #(MAILBOX_X + 144)]
    ldp     x20, x21, [x1, #(MAILBOX_X + 160)]
    ldp     x22, x23, [x1, #(MAILBOX_X + 176)]
    ldp     x24, x25, [x1, #(MAILBOX_X + 192)]
    ldp     x26, x27, [x1, #(MAILBOX_X + 208)]
    ldp     x28, x29, [x1, #(MAILBOX_X + 224)]
    ldr     x30, [x1, #(MAILBOX_X + 240)]
    /* Loads nothing after the write of SCTLR_EL1, which may change the byte order. */
    ldr     x0, [x1, #MAILBOX_X]
    msr     tpidrro_el0, x0
    ldr     x0, [x1, #(MAILBOX_X + 8)]
    msr     tpidr_el0, x0
    ldr     x0, [x1, #MAILBOX_CONTROL]
    mrs     x1, sctlr_el1
    orr     x0, x0, x1
    msr     sctlr_el1, x0
    mrs     x0, tpidrro_el0
    mrs     x1, tpidr_el0
    eret

/*
 * Cleans the CPU interface at x0 of the mailbox, or the one in system registers: ends all active
 * interrupts, takes and ends all pending ones.
 */
clean:
    ldr     x0, [x1, #MAILBOX_X]
    ldr     w4, [x1, #(MAILBOX_X + 8)]
    cbz     x0, 4f
    str     wzr, [x0, #GICC_BPR]
    str     wzr, [x0, #GICC_ABPR]
    mov     w2, #7                      /* both groups, AckCtl, EOImode 0 */
    str     w2, [x0, #GICC_CTLR]
    mov     w2, #0
1:  str     w2, [x0, #GICC_EOIR]
    add     w2, w2, #1
    cmp     w2, w4
    b.lo    1b
    str     wzr, [x0, #GICC_APR0]
    mov     w2, #0xff
    str     w2, [x0, #GICC_PMR]
2:  ldr     w2, [x0, #GICC_IAR]
    and     w3, w2, #0x3ff
    cmp     w3, #1020
    b.hs    3f
    str     w2, [x0, #GICC_EOIR]
    b       2b
3:  str     wzr, [x0, #GICC_APR0]
    str     wzr, [x0, #GICC_PMR]
    str     wzr, [x0, #GICC_CTLR]
    b       9f

4:  msr     icc_bpr0_el1, xzr
    msr     icc_bpr1_el1, xzr
    mov     x2, #2                      /* EOImode 1: DIR deactivates, whatever the priority */
    msr     icc_ctlr_el1, x2
    isb
    mov     x2, #0
5:  msr     icc_dir_el1, x2
    add     w2, w2, #1
    cmp     w2, w4
    b.lo    5b
    msr     icc_ap0r0_el1, xzr
    msr     icc_ap1r0_el1, xzr
    mov     x2, #0xff
    msr     icc_pmr_el1, x2
    mov     x2, #1
    msr     icc_igrpen0_el1, x2
    msr     icc_igrpen1_el1, x2
6:  isb
    mrs     x2, icc_iar0_el1
    mrs     x3, icc_iar1_el1
    cmp     w2, #1020
    b.hs    7f
    msr     icc_eoir0_el1, x2
    msr     icc_dir_el1, x2
7:  cmp     w3, #1020
    b.hs    8f
    msr     icc_eoir1_el1, x3
    msr     icc_dir_el1, x3
    b       6b
8:  cmp     w2, #1020
    b.lo    6b
    msr     icc_igrpen0_el1, xzr
    msr     icc_igrpen1_el1, xzr
    msr     icc_ap0r0_el1, xzr
    msr     icc_ap1r0_el1, xzr
    msr     icc_ctlr_el1, xzr
    msr     icc_pmr_el1, xzr

9:  msr     cntv_ctl_el0, xzr
    isb
    mov     x0, #PROBE_ENDED_CLEAN
    str     x0, [x1, #MAILBOX_ENDED]
    b       ring

    .macro  vector
    .balign 128
    msr     tpidr_el0, x1
    mrs     x1, sctlr_el1
    bic     x1, x1, #(3 << 24)          /* EE, E0E */
    msr     sctlr_el1, x1
    isb
    mrs     x1, tpidr_el1
    str     x0, [x1, #MAILBOX_X]
    mrs     x0, tpidr_el0
    str     x0, [x1, #(MAILBOX_X + 8)]
    mov     x0, #(. - 36 - vectors)     /* of this vector */
    b       ended
    .endm

    .balign 2048
vectors:
    .rept   16
    vector
    .endr

/* x0: the vector, x1: the mailbox. */
ended:
    save_x2_to_x29
    str     x30, [x1, #(MAILBOX_X + 240)]
    str     x0, [x1, #MAILBOX_VECTOR]
    mov     x0, sp
    str     x0, [x1, #MAILBOX_SP]
    mrs     x0, far_el1
    str     x0, [x1, #MAILBOX_FAR]
    mrs     x0, elr_el1
    str     x0, [x1, #MAILBOX_ELR]
    mrs     x0, spsr_el1
    str     x0, [x1, #MAILBOX_SPSR]
    mrs     x0, esr_el1
    str     x0, [x1, #MAILBOX_ESR]
    mov     w2, #PROBE_BREAK
    movk    w2, #0xf200, lsl #16        /* BRK: exception class 0x3c, 32-bit instruction */
    cmp     w0, w2
    mov     x2, #PROBE_ENDED_NEXT
    mov     x3, #PROBE_ENDED_EXCEPTION
    csel    x2, x2, x3, eq
    str     x2, [x1, #MAILBOX_ENDED]
    b       ring
