/* SPDX-License-Identifier: BSD-2-Clause */
#include "upper.h"

    .text
/* void in_upper_half(void (*function)(uint64_t), uint64_t argument) */
    .global in_upper_half
in_upper_half:
    stp     x29, x30, [sp, #-16]!
    mov     x9, #UPPER_HALF
    mov     x29, sp
    orr     x10, x29, x9
    mov     sp, x10
    orr     x10, x0, x9
    mov     x0, x1
    adr     x30, 1f
    br      x10                         /* returns to the lower half */
1:  mov     sp, x29
    ldp     x29, x30, [sp], #16
    ret
