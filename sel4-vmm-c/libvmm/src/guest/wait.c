/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * WFI. A vCPU that waits is not resumed, so that it takes no time from the others, until an
 * interrupt is delivered to it. Its virtual timer is the difficulty: seL4 runs the timer only while
 * its vCPU is loaded, and a protection domain has no timer of its own. So of the vCPUs that wait
 * for a timer, one goes on executing WFI when no other vCPU runs: each of its exits looks whether
 * another's timer is due, as does every exit of a vCPU that has something to do.
 */
#include "gic/gic.h"
#include "guest/timer.h"
#include "guest/vcpu.h"
#include "kernel.h"

static bool any_runs(void)
{
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        if (guest.vcpu[i].state == VCPU_ON || guest.vcpu[i].state == VCPU_CLEANING)
            return true;
    }
    return false;
}

/* The one of those that wait whose timer is due first; vmm_config.vcpus if none waits for a timer.
 */
static size_t first_due(void)
{
    size_t first = vmm_config.vcpus;
    uint64_t at = TIMER_NEVER;
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        if (guest.vcpu[i].state == VCPU_WAITING && guest.vcpu[i].wake_at < at) {
            first = i;
            at = guest.vcpu[i].wake_at;
        }
    }
    return first;
}

void vcpu_left(void)
{
    if (any_runs())
        return;
    size_t first = first_due();
    if (first < vmm_config.vcpus)
        vcpu_wake(first);
}

void vcpu_wake_due(void)
{
    for (size_t first = first_due(); first < vmm_config.vcpus; first = first_due()) {
        if (guest.vcpu[first].wake_at > vtimer_count())
            return;
        vcpu_wake(first);
    }
}

/*
 * The only vCPU waits for its timer anyway, and looking at the timer would take as long as the rest
 * of the exit. So only every so often it is seen whether the timer is off, and nothing but another
 * interrupt can end the wait.
 */
enum {
    LOOK_EVERY = 16
};

static bool is_time_to_look(struct vcpu *vcpu)
{
    return vmm_config.vcpus > 1 || ++vcpu->waits % LOOK_EVERY == 0;
}

bool vcpu_wait(size_t vcpu_id)
{
    struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    if (gic_has_interrupt(vcpu_id) || !is_time_to_look(vcpu))
        return true;
    vcpu->wake_at = vtimer_deadline(vcpu_id);
    vcpu->state = VCPU_WAITING;
    if (!any_runs() && first_due() == vcpu_id) {
        vcpu->state = VCPU_ON; /* it is the one that waits for the timers */
        return true;
    }
    /* Drops the fault: a reply left open is remarked on by debug kernels. */
    kernel_suspend(vcpu_id);
    vcpu_left();
    return false;
}
