/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe's bytes (PROBE: the file). */
    .section .rodata
    .balign 8
    .global probe_program
probe_program:
    .incbin PROBE
    .global probe_program_end
probe_program_end:
