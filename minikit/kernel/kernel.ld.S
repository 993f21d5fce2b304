/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout of the kernel: code, then data from a page boundary on. The tool appends the rest of the
 * image. */
#include "board.h"

ENTRY(_start)

SECTIONS
{
    . = BOARD_LOAD_ADDRESS;
    kernel_start = .;

    .text : {
        *(.text.start)
        *(.text .text.*)
    }
    .rodata : { *(.rodata .rodata.*) }

    . = ALIGN(0x1000);
    kernel_data = .;
    .data : { *(.data .data.*) }

    .bss : {
        . = ALIGN(16);
        kernel_bss = .;
        *(.bss .bss.*)
        *(COMMON)
        . = ALIGN(0x1000);
    }
    kernel_end = .;
    kernel_size = kernel_end - kernel_start;

    /DISCARD/ : { *(.comment) *(.note.*) *(.eh_frame*) }
}
