/* SPDX-License-Identifier: BSD-2-Clause */
/* The entry point for CPU_ON of the other CPUs: x0 is the top of their stack. */
    .text
    .global secondary_entry
secondary_entry:
    mov     x20, x0
    bl      leave_el2
    adrp    x1, vectors
    add     x1, x1, :lo12:vectors
    msr     vbar_el1, x1
    isb
    mov     sp, x20
    bl      secondary
1:  b       1b
