/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout of a protection domain's program: code and constants, data, and before 2.3.0 the IPC buffer. */
#include <sel4/config.h>

ENTRY(_start)

PHDRS
{
    text PT_LOAD FLAGS(5); /* read, execute */
    data PT_LOAD FLAGS(6); /* read, write */
}

SECTIONS
{
    . = 0x200000;

    .text : {
        _text = .;
        *(.text.start)
        *(.text .text.*)
        *(.rodata .rodata.*)
        *(.note.gnu.build-id) /* the linker would place it as data before the code */
        _text_end = .;
    } :text

    . = ALIGN(0x1000);

    .init_array : {
        PROVIDE(__init_array_start = .);
        KEEP(*(SORT(.init_array.*)))
        KEEP(*(.init_array))
        PROVIDE(__init_array_end = .);
    } :data

    .data : {
        _data = .;
        *(.data.rel.ro .data.rel.ro.*)
        *(.data .data.*)
        _data_end = .;
    } :data

    .bss : {
        _bss = .;
        *(.bss .bss.*)
        *(COMMON)
        . = ALIGN(8);
        _bss_end = .;
    } :data

#if CONFIG_MINIKIT_MICROKIT < 20300
    /* The tool maps one page here. */
    . = ALIGN(0x1000);
    .ipc_buffer (NOLOAD) : {
        __sel4_ipc_buffer_obj = .;
    } :data
#endif
}
