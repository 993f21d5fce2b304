/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy, memmove and memset with general registers, 64 bytes at a time where alignment permits.
 * Weak symbols: a program can bring its own.
 */
    .text

/* void *memmove(void *to, const void *from, size_t size); x0 is kept for the result */
    .weak memcpy
    .weak memmove
    .type memmove, %function
memcpy:
memmove:
    mov     x3, x0
    sub     x4, x0, x1
    cmp     x4, x2
    b.lo    5f                          /* `to` is in [from, from + size): copy backwards */
    orr     x4, x0, x1
    tst     x4, #7
    b.ne    3f
1:  cmp     x2, #64
    b.lo    2f
    ldp     x4, x5, [x1]
    ldp     x6, x7, [x1, #16]
    ldp     x8, x9, [x1, #32]
    ldp     x10, x11, [x1, #48]
    add     x1, x1, #64
    stp     x4, x5, [x3]
    stp     x6, x7, [x3, #16]
    stp     x8, x9, [x3, #32]
    stp     x10, x11, [x3, #48]
    add     x3, x3, #64
    sub     x2, x2, #64
    b       1b
2:  cmp     x2, #8
    b.lo    3f
    ldr     x4, [x1], #8
    str     x4, [x3], #8
    sub     x2, x2, #8
    b       2b
3:  cbz     x2, 4f
    ldrb    w4, [x1], #1
    strb    w4, [x3], #1
    sub     x2, x2, #1
    b       3b
4:  ret
5:  cbz     x2, 4b
    sub     x2, x2, #1
    ldrb    w4, [x1, x2]
    strb    w4, [x3, x2]
    b       5b
    .size memmove, . - memmove

/* void *memset(void *to, int value, size_t size) */
    .weak memset
    .type memset, %function
memset:
    mov     x3, x0
    and     x1, x1, #0xff
    mov     x4, #0x0101010101010101
    mul     x1, x1, x4
1:  tst     x3, #7
    b.eq    2f
    cbz     x2, 4f
    strb    w1, [x3], #1
    sub     x2, x2, #1
    b       1b
2:  cmp     x2, #64
    b.lo    3f
    stp     x1, x1, [x3]
    stp     x1, x1, [x3, #16]
    stp     x1, x1, [x3, #32]
    stp     x1, x1, [x3, #48]
    add     x3, x3, #64
    sub     x2, x2, #64
    b       2b
3:  cbz     x2, 4f
    strb    w1, [x3], #1
    sub     x2, x2, #1
    b       3b
4:  ret
    .size memset, . - memset
