/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware of an i.MX 8M has done by the time that an image is entered, as far as images
 * depend on it. QEMU's machine starts at EL3 with everything in its reset state; on the chip TF-A's
 * BL31 runs first, at this same address.
 *
 * GICD_BASE, GICR_BASE and ENTRY come from the board's data. GIC registers: IHI 0069, 12.9 to
 * 12.11.
 */
#define GICD_CTLR      (GICD_BASE + 0x0)
#define GICD_IGROUPR1  (GICD_BASE + 0x84)
#define GICR_WAKER     (GICR_BASE + 0x14)
#define GICR_IGROUPR0  (GICR_BASE + 0x10080)

#define CTLR_ARE_S_NS  0x30 /* affinity routing in both security states */
#define WAKER_ASLEEP   0x4  /* ChildrenAsleep: the redistributor is not yet connected to the CPU interface */
#define SHARED_GROUPS  31   /* IGROUPR<1> to <31>, those of all SPIs */

#define ICC_SRE_EL2    S3_4_C12_C9_5
#define ICC_SRE_EL3    S3_6_C12_C12_5
#define ICC_PMR_EL1    S3_0_C4_C6_0

#define SRE_ALL        0xf        /* system registers, no bypass, lower levels may choose */
#define SCR_NS_EL2     0x531      /* RW, HCE, NS; bits 4 and 5 are one */
#define SCTLR_EL2_OFF  0x30c50830 /* no MMU, no caches; the other bits are RES1 */
#define HCR_RW         (1 << 31)
#define SPSR_EL2H      0x3c9      /* EL2 with its own stack, everything masked */

#include "monitor.inc"

.macro store address, value, count=1
    .quad \address
    .word \value, \count
.endm

.macro set register, value
    ldr x0, =\value
    msr \register, x0
.endm

    .global _start
_start:
    adr x0, stores
    adr x1, stores_end
1:  ldp x2, x3, [x0], #16
    lsr x4, x3, #32
2:  str w3, [x2], #4
    subs x4, x4, #1
    b.ne 2b
    cmp x0, x1
    b.lo 1b

    ldr x0, =GICR_WAKER
3:  ldr w1, [x0]
    tst w1, #WAKER_ASLEEP
    b.ne 3b

    set ICC_SRE_EL3, SRE_ALL
    isb
    adr x0, vectors
    msr VBAR_EL3, x0
    set SCR_EL3, SCR_NS_EL2
    isb
    set ICC_SRE_EL2, SRE_ALL
    isb
    /* At its reset value of 0, a non-secure write to it would be ignored. */
    set ICC_PMR_EL1, 0xff
    set CPTR_EL3, 0
    set MDCR_EL3, 0
    set SCTLR_EL2, SCTLR_EL2_OFF
    set HCR_EL2, HCR_RW
    set SPSR_EL3, SPSR_EL2H
    set ELR_EL3, ENTRY
    eret

    .balign 8
/* Puts every interrupt into group 1, which belongs to the non-secure state; then wakes the
 * redistributor. */
stores:
    store GICD_CTLR, CTLR_ARE_S_NS
    store GICD_IGROUPR1, 0xffffffff, SHARED_GROUPS
    store GICR_IGROUPR0, 0xffffffff
    store GICR_WAKER, 0
stores_end:

    monitor_vectors
