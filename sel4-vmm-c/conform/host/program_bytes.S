/* SPDX-License-Identifier: BSD-2-Clause */
/* The reset program of the library, built for AArch64 (RESET_PROGRAM: the file of its bytes). */
    .section .rodata
    .balign 4
    .global reset_program
reset_program:
    .incbin RESET_PROGRAM
    .global reset_program_end
reset_program_end:
    .section .note.GNU-stack, "", %progbits
