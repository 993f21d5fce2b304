/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: a word of channel bits that collects signals until its protection domain takes it.
 * The notification of a passive protection domain holds its scheduling context while it waits.
 */
#include "notification.h"

#include "ipc.h"
#include "sched.h"

static void lend_context(struct notification *notification, struct thread *thread)
{
    if (!thread->sc && notification->sc && !notification->sc->thread) {
        sched_lend(notification->sc, thread);
    }
}

void notification_signal(struct notification *notification, uint64_t badge)
{
    struct thread *thread = notification->bound;
    if (!notification->active &&
        (thread->state == BLOCKED_RECEIVE || thread->state == BLOCKED_NOTIFICATION)) {
        ipc_cancel(thread);
        thread->state = RUNNING;
        thread->regs[REG_CAP] = badge;
        lend_context(notification, thread);
        sched_wake(thread);
        return;
    }
    notification->word = notification->active ? notification->word | badge : badge;
    notification->active = true;
}

bool notification_take(struct notification *notification, struct thread *thread)
{
    if (!notification->active) {
        return false;
    }
    notification->active = false;
    thread->regs[REG_CAP] = notification->word;
    lend_context(notification, thread);
    return true;
}

void notification_return_context(struct notification *notification, struct thread *thread)
{
    if (notification->sc && notification->sc == thread->sc) {
        sched_take_back(notification->sc);
    }
}

void notification_receive(struct notification *notification, struct thread *thread, bool block)
{
    if (notification_take(notification, thread)) {
        return;
    }
    if (!block) {
        thread->regs[REG_CAP] = 0;
        return;
    }
    thread->state = BLOCKED_NOTIFICATION;
    sched_stop(thread);
    notification_return_context(notification, thread);
}
