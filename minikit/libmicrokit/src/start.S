/* SPDX-License-Identifier: BSD-2-Clause */
/* The first instruction of a protection domain. The kernel has set the stack pointer. */
    .section .text.start, "ax"
    .global _start
    .type _start, %function
_start:
    b main
    .size _start, . - _start
