/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reset program. Runs in the guest at EL1 with the MMU off and interrupts masked, see
 * guest/reset.c. x0: address of a GICv2's CPU interface, or 0 for a GICv3, which has system
 * registers; x4: 0. It ends with no interrupt pending or active in the CPU interface and with the
 * registers in their reset state (IHI 0048B, 4.4; IHI 0069, 12.2), and then executes an SMC. At
 * each end of interrupt, x4 is 0 if the interrupt was active, 1 if it was pending and never taken.
 * Position-independent; uses no memory.
 */
#define GICC_CTLR   0x00
#define GICC_PMR    0x04
#define GICC_BPR    0x08
#define GICC_IAR    0x0c
#define GICC_EOIR   0x10
#define GICC_ABPR   0x1c
#define GICC_APR0   0xd0
#define ENABLE_BOTH 0x7                 /* EnableGrp0, EnableGrp1, AckCtl: IAR gives either group */
#define SPURIOUS    1020                /* INTIDs from here on are special */

#define SRE_ALL     0x7                 /* SRE, DFB, DIB */
#define EOI_MODE    0x2                 /* DIR deactivates, whatever the priority */

    .section .rodata
    .balign 4
    .global reset_program
reset_program:
    cmp     w0, #1
    b.lo    gicv3
    str     wzr, [x0, #GICC_BPR]
    str     wzr, [x0, #GICC_ABPR]
    mov     w1, #ENABLE_BOTH            /* EOImode 0: end of interrupt deactivates */
    str     w1, [x0, #GICC_CTLR]
    mov     w2, #0                      /* end all active interrupts; further writes of EOIR are */
                                        /* only counted (GICH_HCR.EOICount) */
1:  str     w2, [x0, #GICC_EOIR]
    add     w2, w2, #1
    cmp     w2, #SPURIOUS
    b.lo    1b
    str     wzr, [x0, #GICC_APR0]
    mov     w4, #1
    mov     w1, #0xff
    str     w1, [x0, #GICC_PMR]
2:  ldr     w2, [x0, #GICC_IAR]         /* take and end all pending interrupts */
    and     w3, w2, #0x3ff
    cmp     w3, #SPURIOUS
    b.hs    3f
    str     w2, [x0, #GICC_EOIR]
    b       2b
3:  str     wzr, [x0, #GICC_APR0]
    str     wzr, [x0, #GICC_PMR]
    str     wzr, [x0, #GICC_CTLR]
    dsb     sy
    smc     #0

gicv3:
    mov     x1, #SRE_ALL
    msr     icc_sre_el1, x1
    isb
    msr     icc_bpr0_el1, xzr
    msr     icc_bpr1_el1, xzr
    mov     x1, #EOI_MODE
    msr     icc_ctlr_el1, x1
    isb
    mov     x2, #0                      /* end all active interrupts */
4:  msr     icc_dir_el1, x2
    add     w2, w2, #1
    cmp     w2, #SPURIOUS
    b.lo    4b
    msr     icc_ap0r0_el1, xzr
    msr     icc_ap1r0_el1, xzr
    mov     x4, #1
    mov     x1, #0xff
    msr     icc_pmr_el1, x1
    mov     x1, #1
    msr     icc_igrpen0_el1, x1
    msr     icc_igrpen1_el1, x1
5:  isb                                 /* take and end all pending interrupts, of both groups */
    mrs     x2, icc_iar0_el1
    mrs     x3, icc_iar1_el1
    cmp     w2, #SPURIOUS
    b.hs    6f
    msr     icc_eoir0_el1, x2
    msr     icc_dir_el1, x2
6:  cmp     w3, #SPURIOUS
    b.hs    7f
    msr     icc_eoir1_el1, x3
    msr     icc_dir_el1, x3
    b       5b
7:  cmp     w2, #SPURIOUS
    b.lo    5b
    msr     icc_igrpen0_el1, xzr
    msr     icc_igrpen1_el1, xzr
    msr     icc_ap0r0_el1, xzr
    msr     icc_ap1r0_el1, xzr
    msr     icc_ctlr_el1, xzr
    msr     icc_pmr_el1, xzr
    isb
    dsb     sy
    smc     #0
    .global reset_program_end
reset_program_end:
