/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a system call that only a debug kernel has: DebugPutChar. */
#include <microkit.h>

void init(void)
{
    register seL4_Word x0 __asm__("x0") = 'x';
    register seL4_Word x7 __asm__("x7") = (seL4_Word)-12;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x7) : "memory");
}

void notified(microkit_channel ch)
{
    (void)ch;
}
