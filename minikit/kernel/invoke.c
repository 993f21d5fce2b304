/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of capabilities. */
#include "invoke.h"

#include <sel4/errors.h>

#include "answer.h"
#include "cap.h"
#include "console.h"
#include "fault.h"
#include "ipc.h"
#include "irq.h"
#include "notification.h"
#include "sched.h"
#include "smc.h"
#include "tcb.h"
#include "vcpu.h"
#include "vspace.h"

/* Ends the initialisation of a passive protection domain, as Microkit's monitor does. From now on
 * it runs on lent scheduling contexts. */
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
    case CAP_ENDPOINT: ipc_send(current, cap->object, cap->badge, send_how(how)); return ANSWERED;
    case CAP_NOTIFICATION: notification_signal(cap->object, cap->badge); return seL4_NoError;
    case CAP_REPLY: ipc_reply(current, cap->object); return seL4_NoError;
    case CAP_MONITOR: become_passive(cap->object); return seL4_NoError;
    case CAP_THREAD:
        if (how & INVOKE_FIRST) {
            return answer_error(seL4_InvalidCapability, 0, 0);
        }
        return tcb_invoke(cap->object, label, length);
    case CAP_VCPU: return vcpu_invoke(cap->object, label, length);
    case CAP_IRQ_HANDLER: return irq_invoke(cap, label);
    case CAP_SMC: return smc_invoke(label, length);
    case CAP_VSPACE: return vspace_invoke(current, label, length);
    default: return answer_error(seL4_InvalidCapability, 0, 0);
    }
}

/*
 * Finds the first capability of a message, including the invoked one, whose slot does not exist.
 * Returns false if there is none. minikit transfers no capabilities: nobody has the grant right.
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
    answer_begin(how & INVOKE_CALL);
    answer_end(invoke_object(cap, info_label(info), length, how));
}
