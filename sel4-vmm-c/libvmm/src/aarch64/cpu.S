/* SPDX-License-Identifier: BSD-2-Clause */
    .text

/* uint64_t cpu_physical_count(void) */
    .global cpu_physical_count
    .type cpu_physical_count, %function
cpu_physical_count:
    isb                                 /* keep the read after earlier instructions */
    mrs     x0, cntpct_el0
    ret
    .size cpu_physical_count, . - cpu_physical_count

/* size_t cpu_zva_size(void): DCZID_EL0.BS is the logarithm of the size in words of 4 bytes */
    .global cpu_zva_size
    .type cpu_zva_size, %function
cpu_zva_size:
    mrs     x1, dczid_el0
    and     x1, x1, #0xf
    mov     x0, #4
    lsl     x0, x0, x1
    ret
    .size cpu_zva_size, . - cpu_zva_size

/* void cpu_clean(const void *start, size_t size) */
    .global cpu_clean
    .type cpu_clean, %function
cpu_clean:
    cbz     x1, 3f
    add     x1, x0, x1                  /* end */
    mrs     x4, ctr_el0
    ubfx    x2, x4, #16, #4             /* DminLine: logarithm of words */
    mov     x3, #4
    lsl     x2, x3, x2
    sub     x3, x2, #1
    bic     x3, x0, x3
1:  dc      cvac, x3
    add     x3, x3, x2
    cmp     x3, x1
    b.lo    1b
    dsb     ish
    and     x2, x4, #0xf                /* IminLine */
    mov     x3, #4
    lsl     x2, x3, x2
    sub     x3, x2, #1
    bic     x3, x0, x3
2:  ic      ivau, x3
    add     x3, x3, x2
    cmp     x3, x1
    b.lo    2b
    dsb     ish
    isb
3:  ret
    .size cpu_clean, . - cpu_clean
