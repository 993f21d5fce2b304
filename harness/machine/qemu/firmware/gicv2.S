/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware of a board with a GICv2 of two security states has done by the time that an image is entered: every
 * interrupt is in group 1, which belongs to the non-secure state, CPU 0 is at EL2, and the others are parked. QEMU's
 * machine starts its CPUs here at EL3. On a Zynq UltraScale+ TF-A's BL31 lies at this address; on a Raspberry Pi 4 the
 * first page is its firmware's, and seL4 leaves it alone.
 *
 * GICD_BASE, GICC_BASE and ENTRY come from the board's data. GIC registers: IHI 0048B, chapter 4.
 */
#define GICD_TYPER     (GICD_BASE + 0x4)
#define GICD_IGROUPR   (GICD_BASE + 0x80)
#define GICC_PMR       (GICC_BASE + 0x4)

#define SCR_NS_EL2     0x531      /* RW, HCE, NS; bits 4 and 5 are one */
#define SCTLR_EL2_OFF  0x30c50830 /* no MMU, no caches; the other bits are RES1 */
#define HCR_RW         (1 << 31)
#define SPSR_EL2H      0x3c9      /* EL2 with its own stack, everything masked */

#include "monitor.inc"

.macro set register, value
    ldr x0, =\value
    msr \register, x0
.endm

    .global _start
_start:
    mrs x0, mpidr_el1
    tst x0, #0xff
    b.eq 2f
1:  wfi
    b 1b

2:  ldr x0, =GICD_TYPER
    ldr w0, [x0]
    and w0, w0, #0x1f           /* ITLinesNumber: registers of 32 interrupts behind the first */
    ldr x1, =GICD_IGROUPR
    mov w2, #-1
3:  str w2, [x1], #4
    subs w0, w0, #1
    b.pl 3b
    /* At its reset value of 0, a non-secure write to it would be ignored. */
    ldr x1, =GICC_PMR
    mov w2, #0xff
    str w2, [x1]

    adr x0, vectors
    msr VBAR_EL3, x0
    set SCR_EL3, SCR_NS_EL2
    set CPTR_EL3, 0
    set MDCR_EL3, 0
    set SCTLR_EL2, SCTLR_EL2_OFF
    set HCR_EL2, HCR_RW
    set SPSR_EL3, SPSR_EL2H
    set ELR_EL3, ENTRY
    isb
    eret
    .ltorg

    monitor_vectors
