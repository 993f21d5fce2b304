/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest: EL1 without MMU. `smc #n` ends step n; x0 to x3 are its results. The VMM copies it to
 * the start of the guest's RAM, so it must be position-independent.
 */
    .section .rodata
    .balign 2048
    .global guest, guest_end, guest_second
guest:
    .balign 0x80
    b start
    .balign 0x800 // vectors: only the interrupt from EL1 with SP_EL1 is used
    .space 0x280 // others are not expected
    b interrupt

start:
    smc #0
    mrs x0, mpidr_el1
    mrs x1, CurrentEL
    mrs x2, sctlr_el1
    smc #1

    mov x0, #11         // a system call that no kernel knows
    mov x7, #77
    hvc #0
    smc #2
    mov x0, #600        // send to a slot that does not exist
    mov x1, #0
    mov x7, #-5
    hvc #0
    mov x0, #9          // receive from an empty one
    mov x7, #-7
    hvc #0
    mov x0, #9          // call it: an error comes back
    mov x1, #0
    mov x7, #-1
    hvc #0
    smc #3

    ldr x9, =0x10000008 // unmapped
    ldr w0, [x9]
    str x0, [x9]
    mov x9, #0x50000000 // read-only
    ldr x0, [x9]
    str x0, [x9]
    wfi
    wfe
    brk #3              // the guest's own: goes to its vectors, which are not set
after_brk:
    smc #4

    adr x0, guest + 0x800
    msr vbar_el1, x0
    adr x0, guest + 0x1ff0
    mov sp, x0
    mov x0, #0x1234
    msr tpidr_el1, x0
    msr ttbr0_el1, x0
    mov x0, #3 << 20
    msr cpacr_el1, x0
    isb
    fmov d0, #1.5
    fmov d31, #2.0
    smc #5
    fadd d0, d0, d31
    fmov x0, d0
    smc #6

    mov x9, #0x08010000 // CPU interface: on, all priorities, both groups
    mov w0, #0xf8
    str w0, [x9, #4]
    mov w0, #3
    str w0, [x9]
    msr daifclr, #2
    smc #7              // the VMM injects
    nop
    mov x0, x19         // what came
    smc #8

    msr daifset, #2
    mov x0, #1          // the virtual timer has fired at once
    msr cntv_cval_el0, xzr
    msr cntv_ctl_el0, x0
    isb
    mov x9, #2000
1:  subs x9, x9, #1
    b.ne 1b
    smc #9              // and does not fire again before it is acknowledged
    mov x9, #2000
1:  subs x9, x9, #1
    b.ne 1b
    msr cntv_ctl_el0, xzr
    smc #10
    smc #11             // the second vCPU runs until its first step
    smc #12
    b .

interrupt:
    mov x10, #0x08010000
    ldr w19, [x10, #0xc]
    str w19, [x10, #0x10]
    eret

guest_second: // the second vCPU: registers of its own
    mrs x0, mpidr_el1
    mrs x1, vbar_el1
    mrs x2, tpidr_el1
    fmov d0, #4.0
    smc #20
    fmov x0, d0
    smc #21
    b .
    .ltorg
guest_end:
