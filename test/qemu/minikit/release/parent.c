/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints by driving the UART itself, because nobody else does. */
#include <microkit.h>

#define UARTDR 0x00
#define UARTFR 0x18
#define TXFF   (1u << 5)

seL4_Word uart;

static void print(const char *text)
{
    for (; *text; text++) {
        while (*(volatile unsigned *)(uart + UARTFR) & TXFF) {
        }
        *(volatile unsigned *)(uart + UARTDR) = (unsigned char)*text;
    }
}

void init(void)
{
    print("parent: runs\n");
}

void notified(microkit_channel ch)
{
    (void)ch;
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    (void)child;
    (void)reply;
    if (microkit_msginfo_get_label(info) == seL4_Fault_UnknownSyscall &&
        microkit_mr_get(seL4_UnknownSyscall_X0) == 'x' &&
        microkit_mr_get(seL4_UnknownSyscall_Syscall) == (seL4_Word)-12) {
        print("parent: DebugPutChar is unknown\n");
    }
    print("finished\n");
    return seL4_False;
}
