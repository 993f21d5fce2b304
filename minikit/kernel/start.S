/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions: entered at the first byte of the image, with MMU and caches on or off.
 * The first 64 bytes are also the header of an arm64 Linux Image, for U-Boot's booti.
 */
#include "board.h"

    .section .text.start, "ax"
    .global _start
_start:
    b start
    .word 0
    .quad BOARD_LOAD_ADDRESS & 0x1fffff // text_offset
    .quad kernel_size                   // image_size: not 0, or U-Boot moves the image
    .quad 0xa                           // little endian, 4 KiB pages, anywhere in memory
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .word 0

start:
    msr daifset, #0xf
    msr spsel, #1
    adrp x1, kernel_bss // PC-relative, so that a wrong load address can be reported
    add x1, x1, :lo12:kernel_bss
    adrp x2, kernel_end
1:  stp xzr, xzr, [x1], #16
    cmp x1, x2
    b.lo 1b
    adrp x1, kernel_stack_top
    add x1, x1, :lo12:kernel_stack_top
    mov sp, x1
    mrs x0, CurrentEL
    lsr x0, x0, #2
    adr x1, _start
    b main

/*
 * void mmu_on(uint64_t root, uint64_t mair, uint64_t tcr, uint64_t sctlr)
 * Replaces the translation of EL2. Between "off" and "on" nothing accesses memory, so that no dirty
 * cache line is missed. The code itself is cleaned first.
 */
    .global mmu_on
    .type mmu_on, %function
    .balign 64
mmu_on:
    adr x4, mmu_on
    adr x5, mmu_on_end
1:  dc cvac, x4
    add x4, x4, #64
    cmp x4, x5
    b.lo 1b
    dsb sy
    mrs x4, sctlr_el2
    bic x4, x4, #(1 << 0) // M
    bic x4, x4, #(1 << 2) // C
    msr sctlr_el2, x4
    isb
    tlbi alle2
    tlbi alle1
    ic iallu
    dsb sy
    isb
    msr mair_el2, x1
    msr tcr_el2, x2
    msr ttbr0_el2, x0
    isb
    msr sctlr_el2, x3
    isb
    ret
mmu_on_end:

    .bss
    .balign 16
    .space 4096
    .global kernel_stack_top
kernel_stack_top:
