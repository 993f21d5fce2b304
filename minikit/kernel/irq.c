/* SPDX-License-Identifier: BSD-2-Clause */
/* Delivers interrupts: to the kernel, a guest, or a channel of a protection domain. */
#include "irq.h"

#include <sel4/errors.h>
#include <sel4/invocation.h>

#include "board.h"
#include "console.h"
#include "gic.h"
#include "notification.h"
#include "sched.h"
#include "time.h"
#include "vcpu.h"

/* Receivers of the interrupts of protection domains; `notification` is NULL for others. */
static struct {
    struct notification *notification;
    uint64_t badge;
} targets[FIRST_SPECIAL];

/* Delivers an interrupt to its owner. */
static void deliver(uint32_t intid)
{
    switch (intid) {
    case BOARD_HYPERVISOR_TIMER_INTID:
        time_set_event(TIME_NEVER);
        sched_timer();
        break;
    case BOARD_VIRTUAL_TIMER_INTID: vcpu_timer_fired(); break;
    case BOARD_MAINTENANCE_INTID: vcpu_maintenance(); break;
    default:
        /* Disabled until it is acknowledged. An edge in the meantime stays pending. */
        gic_enable(intid, false);
        if (targets[intid].notification) {
            notification_signal(targets[intid].notification, targets[intid].badge);
        }
    }
}

void irq_handle(void)
{
    uint32_t intid = gic_take();
    if (intid < FIRST_SPECIAL) {
        deliver(intid);
        gic_end(intid);
    }
}

void irq_connect(const struct mk_irq *irq, struct pd *pd)
{
    targets[irq->intid].notification = &pd->notification;
    targets[irq->intid].badge = 1ull << irq->id;
    gic_set_edge(irq->intid, irq->trigger == MK_IRQ_EDGE);
    gic_enable(irq->intid, true);
}

int irq_invoke(const struct cap *cap, uint64_t label)
{
    switch (label) {
    case IRQAckIRQ: gic_enable(cap->intid, true); return seL4_NoError;
    case IRQClearIRQHandler: targets[cap->intid].notification = NULL; return seL4_NoError;
    case IRQSetIRQHandler: return seL4_TruncatedMessage; /* capabilities are not transferred */
    default: return seL4_IllegalOperation;
    }
}
