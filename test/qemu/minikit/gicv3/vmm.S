/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest: EL1 without MMU. `smc #n` ends step n; x0 to x2 are its results, and the VMM injects
 * what the next step needs. It must be position-independent. Interrupts are masked except in steps
 * 3 to 6, but ICC_IAR1_EL1 acknowledges them anyway.
 */
    .section .rodata
    .balign 2048
    .global guest, guest_end, guest_second
guest:
    b start
    .balign 0x800 // vectors: IRQ and FIQ from EL1 with SP_EL1
    .space 0x280
    mrs x19, icc_iar1_el1
    mrs x20, icc_rpr_el1
    msr icc_eoir1_el1, x19
    eret
    .balign 0x80
    mrs x19, icc_iar0_el1
    mrs x20, icc_rpr_el1
    msr icc_eoir0_el1, x19
    eret

.macro take register
    mrs \register, icc_iar1_el1
    isb
.endm
.macro end register
    msr icc_eoir1_el1, \register
    isb
.endm

start:
    smc #0
    mrs x0, mpidr_el1
    mrs x1, icc_sre_el1
    mrs x2, icc_ctlr_el1
    smc #1
    mov x0, #0xf8
    msr icc_pmr_el1, x0
    mov x0, #1
    msr icc_igrpen0_el1, x0
    msr icc_igrpen1_el1, x0
    isb
    mrs x0, icc_pmr_el1
    mrs x1, icc_bpr1_el1
    mrs x2, icc_rpr_el1
    smc #2

    adr x0, guest + 0x800
    msr vbar_el1, x0
    isb
    msr daifclr, #3
    smc #3              // group 1: an IRQ
    mov x0, x19
    mov x1, x20
    smc #4
    smc #5              // group 0: an FIQ
    mov x0, x19
    mov x1, x20
    smc #6
    msr daifset, #3

    smc #7              // three of different priority
    mrs x0, icc_hppir1_el1
    take x1
    mrs x2, icc_rpr_el1
    mov x21, x1
    smc #8
    take x0             // the others are not of higher priority
    mrs x1, icc_hppir1_el1
    smc #9              // and stay so while the second vCPU runs
    mrs x0, icc_rpr_el1
    mrs x1, icc_hppir1_el1
    mov x2, x21
    end x21
    smc #10
    take x0
    end x0
    take x1
    end x1
    take x2             // none is left
    smc #11

    mov x3, #0x10       // two, one on each side of the priority mask
    msr icc_pmr_el1, x3
    isb
    take x0
    end x0
    take x1
    mov x3, #0xf8
    msr icc_pmr_el1, x3
    isb
    take x2
    end x2
    smc #12

    mov x3, #2          // EOI drops the priority, DIR ends the interrupt
    msr icc_ctlr_el1, x3
    isb
    take x0
    end x0
    mrs x1, icc_rpr_el1
    smc #13
    msr icc_dir_el1, x0
    isb
    smc #14

    ldr x0, =0x02000001 // what GICv3 has others do, or nobody
    msr icc_sgi1r_el1, x0
    msr icc_sgi0r_el1, x0
    msr icc_asgi1r_el1, x0
    mrs x0, cntp_ctl_el0
    msr cntp_cval_el0, x0
    mrs x0, cntpct_el0
    mov x0, #0
    smc #15

guest_second:
    mrs x0, icc_pmr_el1
    mrs x1, icc_igrpen1_el1
    mrs x2, icc_rpr_el1
    smc #20
    mov x0, #0xf8
    msr icc_pmr_el1, x0
    mov x0, #1
    msr icc_igrpen1_el1, x0
    take x0             // the first vCPU's interrupts are not its own
    mrs x1, mpidr_el1
    smc #21
    .ltorg
guest_end:
