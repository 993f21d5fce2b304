/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions, preceded by the header that makes this an arm64 Image (Linux,
 * Documentation/arm64/booting.rst). It is entered with the MMU off, at EL1 under a VMM or at EL2 on
 * a bare machine with virtualisation, at any address: all addresses are relative to the PC.
 */
#include "layout.h"

    .section .head, "ax"
    .global _start
_start:
    b       entry
    .long   0
    .quad   0x200000
    .quad   _image_end - _start
    .quad   0b1010                  // little-endian, 4 KiB pages, anywhere in memory
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0

    .text
entry:
    mov     x20, x0
    bl      go_to_el1
    /* The image may have been loaded through a cache. It must be in memory before memory is written
     * with the MMU off. */
    adrp    x1, _start
    adrp    x2, _image_end
1:  dc      civac, x1
    add     x1, x1, #64
    cmp     x1, x2
    b.lo    1b
    dsb     sy
    ic      iallu
    dsb     sy
    isb
    adrp    x1, _bss
1:  cmp     x1, x2
    b.hs    2f
    stp     xzr, xzr, [x1], #16
    b       1b

2:  adrp    x1, areas + AREA_SIZE
    add     sp, x1, :lo12:areas
    mov     x0, x20
    bl      prepare
    bl      switch_mmu_on
    b       run_first_cpu

/* A CPU that PSCI has switched on: x0 is its number. */
    .global second_entry
second_entry:
    mov     x20, x0
    bl      go_to_el1
    adrp    x1, areas
    add     x1, x1, :lo12:areas
    add     x2, x20, #1
    mov     x3, #AREA_SIZE
    madd    x1, x2, x3, x1
    mov     sp, x1
    bl      switch_mmu_on
    mov     x0, x20
    b       run_other_cpu

/* Returns at EL1 with everything masked, as firmware or a VMM would start a system there. */
go_to_el1:
    mrs     x1, CurrentEL
    cmp     x1, #(2 << 2)
    b.ne    1f
    mov     x1, #(1 << 31)          // HCR_EL2.RW: EL1 is AArch64
    orr     x1, x1, #(1 << 29)      // HCD: HVC is undefined, because nobody would answer it
    msr     hcr_el2, x1
    mov     x1, #3                  // EL1 may use the counter and the physical timer
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    mov     x1, #0x33ff             // RES1 bits; floating point is not trapped
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    mrs     x1, mdcr_el2
    and     x1, x1, #0x1f           // HPMN stays; debug registers and counters are not trapped
    msr     mdcr_el2, x1
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    mrs     x1, id_aa64pfr0_el1     // GIC: does the CPU have the system registers of a GICv3?
    ubfx    x1, x1, #24, #4
    cbz     x1, 2f
    mov     x1, #0xf                // ICC_SRE_EL2: EL1 may use them
    msr     s3_4_c12_c9_5, x1
    isb
    msr     s3_4_c12_c11_0, xzr     // ICH_HCR_EL2
2:  ldr     x1, =0x30d00800         // SCTLR_EL1: RES1 bits, MMU and caches off
    msr     sctlr_el1, x1
    mov     x1, #0x3c5              // EL1h with D, A, I, F masked
    msr     spsr_el2, x1
    adr     x1, 1f
    msr     elr_el2, x1
    eret
1:  msr     daifset, #0xf
    mov     x1, #(3 << 20)          // CPACR_EL1.FPEN: floating point at EL0 and EL1
    msr     cpacr_el1, x1
    isb
    ret

/* Enables the translation that tables.c has laid out, for a CPU that has none. Returns to the high
 * half. */
switch_mmu_on:
    adrp    x0, translation
    add     x0, x0, :lo12:translation
    ldp     x1, x2, [x0]            // MAIR, TCR
    msr     mair_el1, x1
    msr     tcr_el1, x2
    ldp     x1, x2, [x0, #16]       // tables of the upper half, and of the lower one
    msr     ttbr0_el1, x1           // the same tables: the running code keeps its address
    msr     ttbr1_el1, x1
    dsb     sy
    tlbi    vmalle1
    dsb     sy
    isb
    mov     x3, #SCTLR_LOW
    movk    x3, #SCTLR_HIGH, lsl #16
    msr     sctlr_el1, x3
    isb
    ldr     x3, =HIGH_HALF
    add     x30, x30, x3
    mov     x4, sp
    add     sp, x4, x3
    adr     x4, 1f
    add     x4, x4, x3
    br      x4
1:  msr     ttbr0_el1, x2
    isb
    tlbi    vmalle1
    dsb     sy
    isb
    ret
