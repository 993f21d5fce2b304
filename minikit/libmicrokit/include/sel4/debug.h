/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls of a debug kernel. */
#pragma once

#include <sel4/syscalls.h>

#ifdef CONFIG_PRINTING
LIBSEL4_INLINE_FUNC void seL4_DebugPutChar(char c)
{
    seL4_internal_syscall_null(seL4_SysDebugPutChar, (seL4_Uint8)c, 0);
}

LIBSEL4_INLINE_FUNC void seL4_DebugPutString(char *str)
{
    while (*str) {
        seL4_DebugPutChar(*str++);
    }
}

LIBSEL4_INLINE_FUNC void seL4_DebugDumpScheduler(void)
{
    seL4_internal_syscall_null(seL4_SysDebugDumpScheduler, 0, 0);
}
#endif

#ifdef CONFIG_DEBUG_BUILD
LIBSEL4_INLINE_FUNC void seL4_DebugHalt(void)
{
    seL4_internal_syscall_null(seL4_SysDebugHalt, 0, 0);
}

LIBSEL4_INLINE_FUNC void seL4_DebugSnapshot(void)
{
    seL4_internal_syscall_null(seL4_SysDebugSnapshot, 0, 0);
}

/* `name` is passed in the IPC buffer and truncated to fit. */
LIBSEL4_INLINE_FUNC void seL4_DebugNameThread(seL4_CPtr tcb, const char *name)
{
    char *to = (char *)seL4_GetIPCBuffer()->msg;
    seL4_Word i = 0;
    for (; name[i] && i < sizeof(seL4_GetIPCBuffer()->msg) - 1; i++) {
        to[i] = name[i];
    }
    to[i] = '\0';
    seL4_internal_syscall_null(seL4_SysDebugNameThread, tcb, 0);
}

LIBSEL4_INLINE_FUNC seL4_Uint32 seL4_DebugCapIdentify(seL4_CPtr cap)
{
    seL4_internal_regs regs = {cap, 0, {0, 0, 0, 0}, 0, 0};
    return (seL4_Uint32)seL4_internal_syscall(seL4_SysDebugCapIdentify, regs).dest;
}
#endif
