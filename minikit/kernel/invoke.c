/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations: what the object behind a capability does with a message, and its answer. */
#include "invoke.h"

#include <sel4/errors.h>

#include "cap.h"
#include "console.h"
#include "fault.h"
#include "ipc.h"
#include "irq.h"
#include "notification.h"
#include "sched.h"
#include "tcb.h"
#include "vcpu.h"
#include "vspace.h"

static bool is_call;
static uint64_t error_details[2];

bool invoke_is_call(void)
{
    return is_call;
}

int invoke_error(int error, uint64_t detail0, uint64_t detail1)
{
    error_details[0] = detail0;
    error_details[1] = detail1;
    return error;
}

int invoke_answer(unsigned length)
{
    current->regs[REG_CAP] = 0;
    current->regs[REG_INFO] = info_new(seL4_NoError, length);
    return INVOKE_ANSWERED;
}

static void answer_error(int error)
{
    unsigned length = error == seL4_RangeError                                           ? 2
                      : error == seL4_InvalidArgument || error == seL4_InvalidCapability ? 1
                                                                                         : 0;
    for (unsigned i = 0; i < length; i++) {
        message_set(current, i, error_details[i]);
    }
    current->regs[REG_CAP] = 0;
    current->regs[REG_INFO] = info_new((uint64_t)error, length);
}

/* Microkit's monitor does this: from now on the protection domain runs on lent time. */
static void become_passive(struct pd *pd)
{
    if (!pd->notification.sc) {
        pd->notification.sc = &pd->sc;
        sched_take_back(&pd->sc);
        say("minikit|INFO: protection domain '%s' is now passive", pd->thread.name);
    }
}

static unsigned send_how(unsigned how)
{
    return (how & INVOKE_BLOCK ? SEND_BLOCK : 0) | (how & INVOKE_CALL ? SEND_CALL : 0) |
           (how & INVOKE_LEND ? SEND_LEND : 0);
}

static int invoke_object(const struct cap *cap, uint64_t label, uint64_t length, unsigned how)
{
    switch (cap->type) {
    case CAP_ENDPOINT:
        ipc_send(current, cap->object, cap->badge, send_how(how));
        return INVOKE_ANSWERED;
    case CAP_NOTIFICATION: notification_signal(cap->object, cap->badge); return seL4_NoError;
    case CAP_REPLY: ipc_reply(current, cap->object); return seL4_NoError;
    case CAP_MONITOR: become_passive(cap->object); return seL4_NoError;
    case CAP_THREAD:
        if (how & INVOKE_FIRST) {
            return invoke_error(seL4_InvalidCapability, 0, 0);
        }
        return tcb_invoke(cap->object, label, length);
    case CAP_VCPU: return vcpu_invoke(cap->object, label, length);
    case CAP_IRQ_HANDLER: return irq_invoke(cap, label);
    case CAP_VSPACE: return vspace_invoke(current, label, length);
    default: return invoke_error(seL4_InvalidCapability, 0, 0);
    }
}

/*
 * The first capability that a message names and that has no slot, the invoked one included; true
 * when there is one. Capabilities go nowhere on minikit: nobody holds a right to give one away.
 */
static bool bad_capability(uint64_t cptr, uint64_t info, uint64_t *bad)
{
    *bad = cptr;
    if (!cap_find(current, cptr)) {
        return true;
    }
    for (unsigned i = 0; current->ipc_buffer && i < info_extra_caps(info); i++) {
        *bad = current->ipc_buffer[IPC_BUFFER_CAPS + i];
        if (!cap_find(current, *bad)) {
            return true;
        }
    }
    return false;
}

void invoke(uint64_t cptr, unsigned how)
{
    uint64_t info = current->regs[REG_INFO];
    uint64_t bad;
    if (bad_capability(cptr, info, &bad)) {
        if (how & INVOKE_BLOCK) {
            fault_raise(seL4_Fault_CapFault, bad, false);
        }
        return;
    }
    const struct cap *cap = cap_find(current, cptr);
    uint64_t length = info_length(info);
    if (length > seL4_FastMessageRegisters && !current->ipc_buffer) {
        length = seL4_FastMessageRegisters;
    }
    is_call = how & INVOKE_CALL;
    int result = invoke_object(cap, info_label(info), length, how);
    if (!is_call || result == INVOKE_ANSWERED) {
        return;
    }
    if (result == seL4_NoError) {
        invoke_answer(0);
    } else {
        answer_error(result);
    }
}
