/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces libmicrokit's sel4/trap.h: system calls go to fake.c. */
#pragma once

#include <sel4/types.h>

typedef struct {
    seL4_Word dest, info, mr[seL4_FastMessageRegisters], reply, first;
} seL4_internal_regs;

seL4_internal_regs seL4_internal_syscall(seL4_Word number, seL4_internal_regs regs);
void seL4_internal_syscall_null(seL4_Word number, seL4_Word dest, seL4_Word info);
