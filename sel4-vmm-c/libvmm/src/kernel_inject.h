/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads a list register, by a system call of its own or combined with Microkit's next Recv.
 *
 * Microkit can combine one system call with its next Recv (as in microkit_deferred_notify). An
 * injection between kernel_ride_begin and kernel_ride_end is combined in this way. It is performed
 * before any vCPU can run, because a VMM has a higher priority than its guest. Microkit combines
 * only one call, so the fault must then not be replied to. The vCPU is resumed by the write of its
 * registers instead.
 *
 * An SGI that a vCPU sends to itself takes 5,438 instructions this way, from the write to the end
 * of its handler (Microkit 2.0.1, release; `npm run bench -- --only exits`), and 153 more without.
 */
#pragma once

#include "kernel.h"

struct kernel_ride {
    bool open;
    seL4_Word virq;
};
extern struct kernel_ride kernel_ride;

static inline void kernel_ride_begin(void)
{
    kernel_ride.open = !microkit_have_signal;
}

/* True: an injection is combined. Its message is written last, so that nothing changes it. */
static inline bool kernel_ride_end(void)
{
    if (!kernel_ride.open)
        return false;
    kernel_ride.open = false;
    if (microkit_have_signal)
        seL4_SetMR(0, kernel_ride.virq);
    return microkit_have_signal;
}

/*
 * Makes list register `index` pending with `intid`, with a maintenance interrupt at its end. The
 * register must exist and must not be active: seL4 refuses any other, and its error is not read.
 */
static inline void kernel_inject(size_t vcpu_id, uint32_t intid, uint8_t priority, uint8_t group,
                                 size_t index)
{
    seL4_Word virq =
        intid | (seL4_Word)priority << 16 | (seL4_Word)group << 24 | (seL4_Word)index << 32;
    if (kernel_ride.open && !microkit_have_signal) {
        kernel_ride.virq = virq;
        microkit_signal_cap = BASE_VCPU_CAP + vcpu_id;
        microkit_signal_msg = seL4_MessageInfo_new(ARMVCPUInjectIRQ, 0, 0, 1);
        microkit_have_signal = true;
        return;
    }
    kernel_send(BASE_VCPU_CAP + vcpu_id, ARMVCPUInjectIRQ, 1, virq, 0, 0, 0);
}
