/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * WFI. A waiting vCPU should take no time from the others. The difficulty is its virtual timer:
 * seL4 runs the timer only while its vCPU is loaded, a protection domain has no timer of its own,
 * and another vCPU may compute for ever without an exit. So of the vCPUs that wait for a timer, the
 * one whose timer is due first polls: it executes its WFI repeatedly, and each exit checks all
 * timers. A vCPU is suspended only if its WFI can be ended only by an exit of another vCPU or by an
 * interrupt from the VMM.
 *
 *                        WFI; no timer, or another polls for an earlier one
 *           +-----------------------------------------------------------------------+
 *           |                                                                       v
 *     +-----------+  interrupt, or timer due (pc moves on)                    +-----------+
 *     |    ON     |<----------------------------------------------------------|  WAITING  |
 *     |   runs    |<------------------------+                                 | suspended |
 *     +-----------+  likewise               |                                 +-----------+
 *           |                         +-----------+   its timer is the first to     |
 *           +------------------------>|  POLLING  |   be due, nobody polls for it   |
 *             WFI; its timer is the   | at its WFI|<--------------------------------+
 *             first to be due         +-----------+
 *
 * The pc of a waiting vCPU stays at the WFI until the wait is over. A polling vCPU executes nothing
 * else, so its exits are certain.
 */
#include "fault/fault.h"
#include "gic/gic.h"
#include "guest/timer.h"
#include "guest/vcpu.h"
#include "kernel.h"

/* The waiting vCPU whose timer is due first; VMM_MAX_VCPUS if none waits for a timer. */
static size_t first_due(void)
{
    size_t first = VMM_MAX_VCPUS;
    uint64_t at = TIMER_NEVER;
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        if (vcpu_in_wfi(i) && guest.vcpu[i].wake_at < at) {
            first = i;
            at = guest.vcpu[i].wake_at;
        }
    }
    return first;
}

void vcpu_end_wait(size_t vcpu_id, bool resume)
{
    struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    bool polls = vcpu->state == VCPU_POLLING;
    vcpu->state = VCPU_ON;
    advance_from(vcpu_id, vcpu->wait_context[CONTEXT_PC], vcpu->wait_context,
                 resume && vcpu_may_run(vcpu_id));
    if (polls && resume)
        vtimer_event_dropped(vcpu_id);
}

void vcpu_look_at_timers(size_t exiting)
{
    size_t first = first_due();
    while (first < VMM_MAX_VCPUS && first != exiting &&
           guest.vcpu[first].wake_at <= vtimer_count()) {
        vcpu_wake(first);
        first = first_due();
    }
    if (first == VMM_MAX_VCPUS || guest.vcpu[first].state == VCPU_POLLING)
        return;
    guest.vcpu[first].state = VCPU_POLLING;
    if (vcpu_may_run(first))
        kernel_resume(first);
}

/*
 * Only the end of its time slice moves a polling vCPU behind those that compute, and most of the
 * time of an exit counts for the VMM, so it would poll for long. Resuming a vCPU puts it before
 * others of its priority. The others are therefore resumed, and the polling vCPU polls once for
 * each of their slices. With several cores a vCPU polls on its own core, and resuming the others
 * would drop their faults.
 */
static bool let_others_go_first(size_t vcpu_id)
{
    bool any = false;
    for (size_t i = 0; i < vmm_config.vcpus && KERNEL_CORES == 1; i++) {
        if (guest.vcpu[i].state != VCPU_ON)
            continue;
        if (!any)
            kernel_resume(vcpu_id);
        any = true;
        kernel_suspend(i);
        kernel_resume(i);
    }
    return any;
}

bool vcpu_poll(size_t vcpu_id)
{
    if (guest.vcpu[vcpu_id].wake_at > vtimer_count())
        return !let_others_go_first(vcpu_id);
    vcpu_end_wait(vcpu_id, false);
    return true;
}

bool vcpu_wait(size_t vcpu_id, const seL4_Word word[4])
{
    struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    for (size_t i = CONTEXT_PC; i <= CONTEXT_SPSR; i++)
        vcpu->wait_context[i] = word[i];
    vcpu->wake_at = gic_has_interrupt(vcpu_id) ? 0 : vtimer_deadline(vcpu_id);
    vcpu->state = VCPU_POLLING;
    if (vcpu->wake_at <= vtimer_count() || first_due() == vcpu_id)
        return vcpu_poll(vcpu_id);
    vcpu->state = VCPU_WAITING;
    /* Drops the fault. Debug kernels warn about a missing reply. */
    kernel_suspend(vcpu_id);
    return false;
}
