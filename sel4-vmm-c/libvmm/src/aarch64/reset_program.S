/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest at EL1 with MMU off and interrupts masked, see guest/reset.c. x0: CPU interface.
 * Leaves no interrupt pending or active in it and its registers as after reset (IHI 0048B, 4.4), and
 * says so with an SMC. Position-independent; uses no memory.
 */
#define GICC_CTLR   0x00
#define GICC_PMR    0x04
#define GICC_BPR    0x08
#define GICC_IAR    0x0c
#define GICC_EOIR   0x10
#define GICC_ABPR   0x1c
#define GICC_APR0   0xd0
#define ENABLE_BOTH 0x7                 /* EnableGrp0, EnableGrp1, AckCtl: IAR gives either group */
#define SPURIOUS    1020                /* INTIDs from here are no interrupts */

    .section .rodata
    .balign 4
    .global reset_program
reset_program:
    str     wzr, [x0, #GICC_BPR]
    str     wzr, [x0, #GICC_ABPR]
    mov     w1, #ENABLE_BOTH            /* EOImode 0: end of interrupt deactivates */
    str     w1, [x0, #GICC_CTLR]
    mov     w2, #0                      /* end whatever is active; for the rest a virtual interface */
                                        /* only counts (GICH_HCR.EOICount) */
1:  str     w2, [x0, #GICC_EOIR]
    add     w2, w2, #1
    cmp     w2, #SPURIOUS
    b.lo    1b
    str     wzr, [x0, #GICC_APR0]
    mov     w1, #0xff
    str     w1, [x0, #GICC_PMR]
2:  ldr     w2, [x0, #GICC_IAR]         /* take and end whatever is pending */
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
    .global reset_program_end
reset_program_end:
