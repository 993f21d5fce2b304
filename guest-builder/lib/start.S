/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions of a bare-metal guest, preceded by the header that makes it an arm64 Image
 * (Linux, Documentation/arm64/booting.rst): whatever boots Linux boots this.
 *
 * It is entered with the MMU off, at EL1 under a virtual machine monitor, or at EL2 on a bare
 * machine with virtualisation, from where it descends to EL1. The device tree in x0 is left to
 * main.
 */
#include "guest_board.h"

    .section .head, "ax"
    .global _start
_start:
    b       entry
    .long   0
    .quad   GUEST_TEXT_OFFSET
    .quad   _image_end - _start
    .quad   0b0010                  // little-endian, 4 KiB pages
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0

    .text
entry:
    mov     x20, x0
    bl      leave_el2
    msr     daifset, #0xf
    mov     x1, #(3 << 20)          // CPACR_EL1.FPEN: floating point at EL1
    msr     cpacr_el1, x1
    adrp    x1, vectors
    add     x1, x1, :lo12:vectors
    msr     vbar_el1, x1
    isb
    adrp    x1, _stack_top
    add     sp, x1, :lo12:_stack_top

    adrp    x1, _bss
    add     x1, x1, :lo12:_bss
    adrp    x2, _image_end
    add     x2, x2, :lo12:_image_end
1:  cmp     x1, x2
    b.hs    2f
    stp     xzr, xzr, [x1], #16
    b       1b

2:  mov     x0, x20
    bl      main
    bl      psci_system_off
3:  wfi
    b       3b

/* Descends to EL1 from the exception level at which a CPU starts; changes x1. */
    .global leave_el2
leave_el2:
    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    4f

    mov     x1, #(1 << 31)          // HCR_EL2.RW: EL1 is AArch64; nothing is trapped
    msr     hcr_el2, x1
    mov     x1, #3                  // EL1 may use the counter and the physical timer
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    mov     x1, #0x33ff             // RES1 bits; floating point is not trapped
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    ldr     x1, =0x30d00800         // SCTLR_EL1: RES1 bits, MMU and caches off
    msr     sctlr_el1, x1
    mov     x1, #0x3c5              // EL1h with D, A, I, F masked
    msr     spsr_el2, x1
    msr     elr_el2, x30
    eret
4:  ret
