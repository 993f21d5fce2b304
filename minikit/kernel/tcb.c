/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of threads by their parent or VMM: suspend, resume, read and write registers. */
#include "tcb.h"

#include <sel4/errors.h>
#include <sel4/invocation.h>

#include "answer.h"
#include "fault.h"
#include "ipc.h"
#include "sched.h"

enum {
    FLAG_SUSPEND = 1 << 0, /* of ReadRegisters */
    FLAG_RESUME = 1 << 0,  /* of WriteRegisters */
    SPSR_WORD = 2,         /* position of SPSR in seL4_UserContext */
};

/* The order of seL4_UserContext. */
/* clang-format off */
static const uint8_t user_context[] = {
    REG_FAULT_PC, REG_SP, REG_SPSR,         /* pc, sp, spsr */
    0, 1, 2, 3, 4, 5, 6, 7, 8,              /* x0 to x8 */
    16, 17, 18, 29, 30,                     /* x16 to x18, x29, x30 */
    9, 10, 11, 12, 13, 14, 15,              /* x9 to x15 */
    19, 20, 21, 22, 23, 24, 25, 26, 27, 28, /* x19 to x28 */
    REG_TPIDR, REG_TPIDRRO,
};
/* clang-format on */

static void suspend(struct thread *thread)
{
    if (thread->state == RUNNING) {
        thread->regs[REG_FAULT_PC] = thread->regs[REG_PC];
    }
    ipc_cancel(thread);
    thread->state = INACTIVE;
    sched_stop(thread);
}

/* Resumes a thread at its PC. A system call that it was blocked in is made again. */
static void restart(struct thread *thread)
{
    if (thread->state != RUNNING) {
        ipc_cancel(thread);
        thread->regs[REG_PC] = thread->regs[REG_FAULT_PC];
        thread->state = RUNNING;
        sched_wake(thread);
    }
}

static int read_registers(struct thread *thread, uint64_t length)
{
    if (length < 2) {
        return seL4_TruncatedMessage;
    }
    uint64_t flags = message_get(current, 0);
    uint64_t count = message_get(current, 1);
    if (count < 1 || count > sizeof(user_context)) {
        return answer_error(seL4_RangeError, 1, sizeof(user_context));
    }
    if (thread == current) {
        return seL4_IllegalOperation;
    }
    if (flags & FLAG_SUSPEND) {
        suspend(thread);
    }
    if (!answer_wanted()) {
        return seL4_NoError;
    }
    /* Like message_set(), in two loops, because VMMs read guests' registers at every exit. */
    unsigned i = 0;
    for (; i < count && i < seL4_FastMessageRegisters; i++) {
        current->regs[REG_MR0 + i] = thread->regs[user_context[i]];
    }
    for (uint64_t *buffer = current->ipc_buffer; buffer && i < count; i++) {
        buffer[1 + i] = thread->regs[user_context[i]];
    }
    return answer_with(i);
}

static int write_registers(struct thread *thread, uint64_t length)
{
    if (length < 2) {
        return seL4_TruncatedMessage;
    }
    uint64_t flags = message_get(current, 0);
    uint64_t count = message_get(current, 1);
    if (count > length - 2) {
        return seL4_TruncatedMessage;
    }
    if (thread == current) {
        return seL4_IllegalOperation;
    }
    /* Like message_get(), in two loops. The first two message registers are flags and count. */
    unsigned i = 0;
    for (; i < count && i + 2 < seL4_FastMessageRegisters; i++) {
        thread->regs[user_context[i]] = current->regs[REG_MR0 + i + 2];
    }
    const uint64_t *buffer = current->ipc_buffer;
    for (; i < count && i < sizeof(user_context); i++) {
        thread->regs[user_context[i]] = buffer[1 + i + 2];
    }
    if (count > SPSR_WORD) {
        thread->regs[REG_SPSR] = spsr_allowed(thread, thread->regs[REG_SPSR]);
    }
    thread->regs[REG_PC] = thread->regs[REG_FAULT_PC];
    if (flags & FLAG_RESUME) {
        restart(thread);
    }
    return seL4_NoError;
}

static int set_tls_base(struct thread *thread, uint64_t length)
{
    if (length < 1) {
        return seL4_TruncatedMessage;
    }
    thread->regs[REG_TPIDR] = message_get(current, 0);
    return seL4_NoError;
}

int tcb_invoke(struct thread *thread, uint64_t label, uint64_t length)
{
    switch (label) {
    case TCBReadRegisters: return read_registers(thread, length);
    case TCBWriteRegisters: return write_registers(thread, length);
    case TCBSuspend: suspend(thread); return seL4_NoError;
    case TCBResume: restart(thread); return seL4_NoError;
    case TCBSetTLSBase: return set_tls_base(thread, length);
    case TCBCopyRegisters:
    case TCBConfigure:
    case TCBSetPriority:
    case TCBSetMCPriority:
    case TCBSetSchedParams:
    case TCBSetTimeoutEndpoint:
    case TCBSetIPCBuffer:
    case TCBSetSpace:
    case TCBBindNotification:
        return seL4_TruncatedMessage; /* they need capabilities, which are not transferred */
    default: return seL4_IllegalOperation;
    }
}
