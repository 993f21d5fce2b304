/* SPDX-License-Identifier: BSD-2-Clause */
/* Linked before the subject, and with END after it: the linker keeps the order of its inputs. */
#ifdef END
#define BOUND(name) name##_end
#else
#define BOUND(name) name
#endif

    .data
    .balign 8
    .global BOUND(subject_data)
BOUND(subject_data):
    .bss
    .balign 8
    .global BOUND(subject_bss)
BOUND(subject_bss):
#ifdef __ELF__
    .section .note.GNU-stack, "", %progbits
#endif
