/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls of seL4's MCS interface. The number in x7 selects a send and a receive phase. */
#include "syscall.h"

#include <sel4/syscall.h>

#include "cap.h"
#include "debug.h"
#include "fault.h"
#include "invoke.h"
#include "ipc.h"
#include "notification.h"
#include "sched.h"

enum {
    RECEIVE_BLOCK = 1 << 0,
    RECEIVE_REPLY = 1 << 1, /* x6 is the reply object for the next sender */
};

static void receive(unsigned how)
{
    uint64_t cptr = current->regs[REG_CAP];
    const struct cap *cap = cap_find(current, cptr);
    if (cap && cap->type == CAP_ENDPOINT) {
        struct reply *reply = NULL;
        if (how & RECEIVE_REPLY) {
            uint64_t reply_cptr = current->regs[REG_REPLY];
            const struct cap *reply_cap = cap_find(current, reply_cptr);
            if (!reply_cap || reply_cap->type != CAP_REPLY) {
                fault_raise(seL4_Fault_CapFault, reply_cptr, true);
                return;
            }
            reply = reply_cap->object;
        }
        ipc_receive(current, cap->object, reply, how & RECEIVE_BLOCK);
        return;
    }
    if (cap && cap->type == CAP_NOTIFICATION) {
        struct notification *notification = cap->object;
        if (notification->bound == current) {
            notification_receive(notification, current, how & RECEIVE_BLOCK);
            return;
        }
    }
    fault_raise(seL4_Fault_CapFault, cptr, true);
}

void syscall_handle(void)
{
    const uint64_t *regs = current->regs;
    switch ((int64_t)regs[REG_CALL]) {
    case seL4_SysCall: invoke(regs[REG_CAP], INVOKE_BLOCK | INVOKE_CALL | INVOKE_LEND); break;
    case seL4_SysSend: invoke(regs[REG_CAP], INVOKE_BLOCK); break;
    case seL4_SysNBSend: invoke(regs[REG_CAP], 0); break;
    case seL4_SysReplyRecv:
        invoke(regs[REG_REPLY], INVOKE_LEND | INVOKE_FIRST);
        receive(RECEIVE_BLOCK | RECEIVE_REPLY);
        break;
    case seL4_SysNBSendRecv:
        invoke(regs[REG_FIRST], INVOKE_LEND | INVOKE_FIRST);
        receive(RECEIVE_BLOCK | RECEIVE_REPLY);
        break;
    case seL4_SysNBSendWait:
        invoke(regs[REG_REPLY], INVOKE_LEND | INVOKE_FIRST);
        receive(RECEIVE_BLOCK);
        break;
    case seL4_SysRecv: receive(RECEIVE_BLOCK | RECEIVE_REPLY); break;
    case seL4_SysNBRecv: receive(RECEIVE_REPLY); break;
    case seL4_SysWait: receive(RECEIVE_BLOCK); break;
    case seL4_SysNBWait: receive(0); break;
    case seL4_SysYield: sched_yield(); break;
    default:
        if (!debug_syscall((int64_t)regs[REG_CALL])) {
            fault_raise(seL4_Fault_UnknownSyscall, regs[REG_CALL], 0);
        }
    }
}
