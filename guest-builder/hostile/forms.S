/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of forms.h. A form is a function: x0 is the address, x1 the data. It returns the loaded
 * value in x0 and its base register, x9, in x1. Only the one instruction may fault; the handler
 * continues with the next.
 */
#define LOAD            (1 << 0)
#define SIGNED_32       (1 << 1)
#define SIGNED_64       (1 << 2)
#define STORE           (1 << 3)
#define EXCLUSIVE       (1 << 4)
#define VECTOR          (1 << 5)

    .arch   armv8-a+crc+fp+simd

    .section .rodata.forms, "a"
    .balign 8
    .global forms
forms:
    .text

    .macro  form size, flags, write_back, instruction:vararg
    .text
100:
    mov     x9, x0
    mov     x8, xzr
    mov     x0, xzr
    fmov    d0, x1
    fmov    d1, x1
    fmov    d2, x1
    fmov    d3, x1
    \instruction
    mov     x1, x9
    ret
    .section .rodata.names, "a"
101:
    .asciz  "\instruction"
    .section .rodata.forms, "a"
    .quad   100b, 101b
    .word   \size, \flags
    .quad   \write_back
    .text
    .endm

/* Loads of one register. They have a syndrome (ISV) unless they write the base. */
    form    1, LOAD, 0, ldrb w0, [x9]
    form    2, LOAD, 0, ldrh w0, [x9]
    form    4, LOAD, 0, ldr w0, [x9]
    form    8, LOAD, 0, ldr x0, [x9]
    form    1, LOAD | SIGNED_32, 0, ldrsb w0, [x9]
    form    1, LOAD | SIGNED_64, 0, ldrsb x0, [x9]
    form    2, LOAD | SIGNED_32, 0, ldrsh w0, [x9]
    form    2, LOAD | SIGNED_64, 0, ldrsh x0, [x9]
    form    4, LOAD | SIGNED_64, 0, ldrsw x0, [x9]
    form    4, LOAD, 0, ldr w0, [x9, x8, lsl #2]
    form    1, LOAD, 0, ldrb w0, [x9, w8, uxtw]
    form    4, LOAD | SIGNED_64, 0, ldrsw x0, [x9, w8, sxtw #2]
    form    1, LOAD, 0, ldurb w0, [x9]
    form    1, LOAD | SIGNED_64, 0, ldursb x0, [x9]
    form    4, LOAD, 0, ldur w0, [x9]
    form    4, LOAD | SIGNED_64, 0, ldursw x0, [x9]
    form    1, LOAD, 1, ldrb w0, [x9], #1
    form    1, LOAD | SIGNED_32, -1, ldrsb w0, [x9], #-1
    form    1, LOAD | SIGNED_64, 3, ldrsb x0, [x9], #3
    form    2, LOAD, 2, ldrh w0, [x9], #2
    form    2, LOAD | SIGNED_64, 255, ldrsh x0, [x9], #255
    form    4, LOAD, 4, ldr w0, [x9], #4
    form    4, LOAD | SIGNED_64, -256, ldrsw x0, [x9], #-256
    form    8, LOAD, 8, ldr x0, [x9], #8
    form    1, LOAD, 0, ldrb w0, [x9, #0]!
    form    4, LOAD, 0, ldr w0, [x9, #0]!
    form    4, LOAD | SIGNED_64, 0, ldrsw x0, [x9, #0]!
    form    8, LOAD, 0, ldr x0, [x9, #0]!
    form    1, LOAD, 0, ldarb w0, [x9]
    form    2, LOAD, 0, ldarh w0, [x9]
    form    4, LOAD, 0, ldar w0, [x9]
    form    8, LOAD, 0, ldar x0, [x9]

/* Loads of two registers. */
    form    4, LOAD, 0, ldp w0, w10, [x9]
    form    8, LOAD, 0, ldp x0, x10, [x9]
    form    4, LOAD | SIGNED_64, 0, ldpsw x0, x10, [x9]
    form    4, LOAD, 8, ldp w0, w10, [x9], #8
    form    8, LOAD, -16, ldp x0, x10, [x9], #-16
    form    4, LOAD | SIGNED_64, 8, ldpsw x0, x10, [x9], #8
    form    4, LOAD, 0, ldp w0, w10, [x9, #0]!
    form    4, LOAD, 0, ldnp w0, w10, [x9]
    form    8, LOAD, 0, ldnp x0, x10, [x9]

/* Exclusives, which Device memory need not support. */
    form    1, LOAD | EXCLUSIVE, 0, ldxrb w0, [x9]
    form    2, LOAD | EXCLUSIVE, 0, ldxrh w0, [x9]
    form    4, LOAD | EXCLUSIVE, 0, ldxr w0, [x9]
    form    8, LOAD | EXCLUSIVE, 0, ldxr x0, [x9]
    form    4, LOAD | EXCLUSIVE, 0, ldaxr w0, [x9]
    form    4, LOAD | EXCLUSIVE, 0, ldxp w0, w10, [x9]
    form    8, LOAD | EXCLUSIVE, 0, ldaxp x0, x10, [x9]
    form    1, STORE | EXCLUSIVE, 0, stxrb w10, w1, [x9]
    form    2, STORE | EXCLUSIVE, 0, stlxrh w10, w1, [x9]
    form    4, STORE | EXCLUSIVE, 0, stxr w10, w1, [x9]
    form    8, STORE | EXCLUSIVE, 0, stxr w10, x1, [x9]
    form    4, STORE | EXCLUSIVE, 0, stxp w10, w1, w1, [x9]
    form    8, STORE | EXCLUSIVE, 0, stlxp w10, x1, x1, [x9]

/* Unprivileged accesses. Stage 1 refuses them, unless it is off. */
    form    1, EXCLUSIVE, 0, ldtrb w0, [x9]
    form    4, EXCLUSIVE, 0, ldtr w0, [x9]
    form    8, EXCLUSIVE, 0, ldtr x0, [x9]
    form    4, EXCLUSIVE, 0, sttr w1, [x9]
    form    8, EXCLUSIVE, 0, sttr x1, [x9]

/* Stores. */
    form    1, STORE, 0, strb w1, [x9]
    form    2, STORE, 0, strh w1, [x9]
    form    4, STORE, 0, str w1, [x9]
    form    8, STORE, 0, str x1, [x9]
    form    4, STORE, 0, str wzr, [x9]
    form    4, STORE, 0, str w1, [x9, x8, lsl #2]
    form    1, STORE, 0, sturb w1, [x9]
    form    4, STORE, 0, stur w1, [x9]
    form    1, STORE, 1, strb w1, [x9], #1
    form    2, STORE, -2, strh w1, [x9], #-2
    form    4, STORE, 4, str w1, [x9], #4
    form    8, STORE, 8, str x1, [x9], #8
    form    4, STORE, 0, str w1, [x9, #0]!
    form    8, STORE, 0, str x1, [x9, #0]!
    form    1, STORE, 0, stlrb w1, [x9]
    form    4, STORE, 0, stlr w1, [x9]
    form    8, STORE, 0, stlr x1, [x9]
    form    4, STORE, 0, stp w1, w1, [x9]
    form    8, STORE, 0, stp x1, xzr, [x9]
    form    4, STORE, 8, stp w1, w1, [x9], #8
    form    8, STORE, 16, stp x1, x1, [x9], #16
    form    8, STORE, 0, stp x1, x1, [x9, #0]!
    form    4, STORE, 0, stnp w1, w1, [x9]

/* Vector registers. */
    form    1, STORE | VECTOR, 0, str b0, [x9]
    form    2, STORE | VECTOR, 0, str h0, [x9]
    form    4, STORE | VECTOR, 0, str s0, [x9]
    form    8, STORE | VECTOR, 0, str d0, [x9]
    form    16, STORE | VECTOR, 0, str q0, [x9]
    form    4, STORE | VECTOR, 4, str s0, [x9], #4
    form    16, STORE | VECTOR, 0, stp q0, q1, [x9]
    form    4, STORE | VECTOR, 0, stp s0, s1, [x9]
    form    16, STORE | VECTOR, 0, st1 {v0.16b}, [x9]
    form    16, STORE | VECTOR, 0, st1 {v0.16b-v3.16b}, [x9]
    form    1, STORE | VECTOR, 1, st1 {v0.b}[3], [x9], #1
    form    16, STORE | VECTOR, 64, st4 {v0.4s-v3.4s}, [x9], #64
    form    1, VECTOR, 0, ldr b0, [x9]
    form    4, VECTOR, 0, ldr s0, [x9]
    form    8, VECTOR, 0, ldr d0, [x9]
    form    16, VECTOR, 0, ldr q0, [x9]
    form    16, VECTOR, 16, ldr q0, [x9], #16
    form    8, VECTOR, 0, ldp d0, d1, [x9]
    form    16, VECTOR, 0, ldp q0, q1, [x9]
    form    16, VECTOR, 0, ld1 {v0.16b}, [x9]
    form    4, VECTOR, 4, ld1r {v0.4s}, [x9], #4
    form    4, VECTOR, 0, ld1 {v0.s}[1], [x9]
    form    16, VECTOR, 0, ld4 {v0.8h-v3.8h}, [x9]

/* Maintenance by address, and a hint. */
    form    64, 0, 0, dc zva, x9
    form    64, 0, 0, dc cvac, x9
    form    64, 0, 0, dc civac, x9
    form    64, 0, 0, ic ivau, x9
    form    8, 0, 0, prfm pldl1keep, [x9]
    form    8, 0, 0, at s1e1w, x9

    .section .rodata.forms, "a"
    .global forms_end
forms_end:
