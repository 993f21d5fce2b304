/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest: requests a translation, and reads the result after an exit. */
    .section .rodata
    .balign 8
    .global guest, other_vcpu, guest_end
guest:
    ldr x0, =0x12345000
    at s1e1r, x0        // stage 1 is off: the answer is the address itself
    isb
    smc #1
    mrs x1, par_el1
    smc #2
    ldr x0, =0x12345000
    at s1e1r, x0
    isb
    mov x2, #0x60000000 // nothing is there
    ldr w2, [x2]
    mrs x1, par_el1
    smc #3              // the other vCPU runs
    mrs x1, par_el1
    smc #5
    b .
other_vcpu:
    mrs x1, par_el1
    smc #4
    b .
    .ltorg
guest_end:
