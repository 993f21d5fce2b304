/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between threads: send, receive, call and reply. A call to a passive protection domain
 * lends its scheduling context until the reply.
 */
#include "ipc.h"

#include "fault.h"
#include "notification.h"
#include "queue.h"
#include "sched.h"

/* Transfers the message, or the fault. */
static void transfer(struct thread *from, struct thread *to, uint64_t badge)
{
    uint64_t info;
    if (from->fault.kind != seL4_Fault_NullFault) {
        unsigned length = fault_tell(from, to);
        info = info_new(from->fault.kind, length);
    } else {
        uint64_t sent = from->regs[REG_INFO];
        uint64_t length = info_length(sent);
        if (length > seL4_FastMessageRegisters && !(from->ipc_buffer && to->ipc_buffer)) {
            length = seL4_FastMessageRegisters;
        }
        for (unsigned i = 0; i < length; i++) {
            message_set(to, i, message_get(from, i));
        }
        info = info_new(info_label(sent), length);
    }
    to->regs[REG_INFO] = info;
    to->regs[REG_CAP] = badge;
}

/* `caller` waits for the reply of `callee`, which holds `reply`. */
static void await_reply(struct thread *caller, struct thread *callee, struct reply *reply,
                        bool lend)
{
    reply->caller = caller;
    caller->reply = reply;
    caller->state = BLOCKED_REPLY;
    sched_stop(caller);
    if (lend && caller->sc && !callee->sc) {
        reply->lent = caller->sc;
        sched_lend(caller->sc, callee);
    }
}

void ipc_send(struct thread *from, struct endpoint *endpoint, uint64_t badge, unsigned how)
{
    if (!endpoint->queue.head || !endpoint->receivers) {
        if (how & SEND_BLOCK) {
            from->state = BLOCKED_SEND;
            from->endpoint = endpoint;
            from->badge = badge;
            from->calls = how & SEND_CALL;
            sched_stop(from);
            endpoint->receivers = false;
            queue_by_priority(&endpoint->queue, from);
        }
        return;
    }
    struct thread *to = endpoint->queue.head;
    struct reply *reply = to->reply;
    queue_remove(to);
    to->reply = NULL;
    transfer(from, to, badge);
    if (how & SEND_CALL || from->fault.kind != seL4_Fault_NullFault) {
        if (reply) {
            await_reply(from, to, reply, how & SEND_LEND);
        } else {
            from->state = INACTIVE;
            sched_stop(from);
        }
    } else if (how & SEND_LEND && from->sc && !to->sc) {
        sched_lend(from->sc, to);
    }
    to->state = RUNNING;
    sched_wake(to);
}

void ipc_receive(struct thread *thread, struct endpoint *endpoint, struct reply *reply, bool block)
{
    if (reply && reply->caller) {
        ipc_cancel(reply->caller); /* it will never get a reply */
    }
    struct notification *notification = thread->notification;
    if (notification && notification_take(notification, thread)) {
        return;
    }
    if (notification && block) {
        notification_return_context(notification, thread);
    }
    if (!endpoint->queue.head || endpoint->receivers) {
        if (block) {
            thread->state = BLOCKED_RECEIVE;
            thread->endpoint = endpoint;
            thread->reply = reply;
            sched_stop(thread);
            endpoint->receivers = true;
            queue_by_priority(&endpoint->queue, thread);
        } else {
            thread->regs[REG_CAP] = 0;
        }
        return;
    }
    struct thread *from = endpoint->queue.head;
    queue_remove(from);
    transfer(from, thread, from->badge);
    if (from->calls || from->fault.kind != seL4_Fault_NullFault) {
        if (reply) {
            await_reply(from, thread, reply, true);
        } else {
            from->state = INACTIVE;
        }
    } else {
        from->state = RUNNING;
        sched_wake(from);
    }
}

/* Detaches the caller of `reply`, which no longer waits. */
static void forget_caller(struct reply *reply)
{
    reply->caller->reply = NULL;
    reply->caller = NULL;
    reply->lent = NULL;
}

void ipc_reply(struct thread *from, struct reply *reply)
{
    struct thread *to = reply->caller;
    if (!to) {
        return;
    }
    struct sched_context *lent = reply->lent;
    forget_caller(reply);
    if (lent && !to->sc) {
        sched_lend(lent, to);
    }
    if (to->fault.kind == seL4_Fault_NullFault) {
        transfer(from, to, 0);
        to->state = RUNNING;
    } else if (fault_answered(to, from)) {
        to->state = RUNNING;
    } else {
        to->state = INACTIVE;
    }
    sched_wake(to);
}

/* Cancels a call of `thread`. A scheduling context that it has lent does not return. */
static void forget_call(struct thread *thread)
{
    struct sched_context *lent = thread->reply->lent;
    forget_caller(thread->reply);
    if (lent && !thread->vcpu) {
        struct reply *own = &((struct pd *)thread)->reply;
        if (own->lent == lent) {
            own->lent = NULL;
        }
    }
}

void ipc_cancel(struct thread *thread)
{
    thread->fault.kind = seL4_Fault_NullFault;
    switch (thread->state) {
    case BLOCKED_SEND:
    case BLOCKED_RECEIVE: queue_remove(thread); break;
    case BLOCKED_REPLY: forget_call(thread); break;
    case BLOCKED_NOTIFICATION: break;
    default: return;
    }
    thread->reply = NULL;
    thread->state = INACTIVE;
}
