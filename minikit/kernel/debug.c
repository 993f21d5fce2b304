/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls for debugging. A release kernel has none. */
#include "debug.h"

#include <sel4/syscall.h>

#include "cap.h"
#include "console.h"
#include "create.h"
#include "sched.h"

#ifdef CONFIG_DEBUG_BUILD
static const char *const state_names[] = {
    [INACTIVE] = "stopped",
    [RUNNING] = "running",
    [BLOCKED_SEND] = "sending",
    [BLOCKED_RECEIVE] = "receiving",
    [BLOCKED_NOTIFICATION] = "waiting",
    [BLOCKED_REPLY] = "calling",
};

static void show(const struct thread *thread)
{
    print("minikit|INFO: %s '%s' priority %d, %s%s, pc %x", thread->vcpu ? "vCPU of" : "",
          thread->name, (uint64_t)thread->priority, state_names[thread->state],
          thread->sc ? "" : " without time", thread->regs[REG_PC]);
}

/* Gives a thread the name in the IPC buffer. */
static void name_thread(const struct cap *cap)
{
    if (!cap || cap->type != CAP_THREAD || !current->ipc_buffer) {
        return;
    }
    const char *from = (const char *)(current->ipc_buffer + 1);
    char *to = ((struct thread *)cap->object)->name;
    for (unsigned i = 0; i < NAME_SIZE - 1; i++) {
        to[i] = from[i];
    }
}

bool debug_syscall(int64_t number)
{
    const struct cap *cap = cap_find(current, current->regs[REG_CAP]);
    switch (number) {
    case seL4_SysDebugPutChar: console_putc((char)current->regs[REG_CAP]); return true;
    case seL4_SysDebugDumpScheduler: create_each_thread(show); return true;
    case seL4_SysDebugSnapshot: create_each_thread(show); return true;
    case seL4_SysDebugCapIdentify: current->regs[REG_CAP] = cap ? cap->type : CAP_NULL; return true;
    case seL4_SysDebugNameThread: name_thread(cap); return true;
    case seL4_SysDebugHalt: panic("halted by '%s'", current->name);
    default: return false;
    }
}
#else
bool debug_syscall(int64_t number)
{
    (void)number;
    return false;
}
#endif
