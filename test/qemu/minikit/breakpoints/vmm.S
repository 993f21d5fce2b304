/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest: has a hardware breakpoint for EL0 at the address that the VMM passes in x0. */
    .section .rodata
    .balign 8
    .global guest, other_vcpu, guest_end
guest:
    msr oslar_el1, xzr
    msr dbgbvr0_el1, x0
    mov x1, #0x1e5      // enabled, EL0, all four bytes
    msr dbgbcr0_el1, x1
    mov x1, #0x8000     // MDSCR_EL1.MDE
    msr mdscr_el1, x1
    isb
    smc #1
    mrs x1, mdscr_el1   // and it is still there
    smc #2              // the other vCPU runs
    mrs x1, dbgbvr0_el1
    mrs x2, dbgbcr0_el1
    mrs x3, oslsr_el1
    smc #4
    b .
other_vcpu:
    mrs x1, dbgbvr0_el1
    mrs x2, dbgbcr0_el1
    mrs x3, oslsr_el1
    smc #3
    b .
guest_end:
