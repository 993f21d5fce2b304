/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that follow the API text, for adapters of dialects that have them unchanged. */
#pragma once

#include "subject_calls.h"
#include <libvmm/guest.h>
#include <libvmm/virq.h>

bool subject_init(size_t cpu)
{
    return virq_controller_init(cpu);
}

bool subject_register(size_t vcpu, size_t irq, bool ack, uint32_t cookie)
{
    return virq_register(vcpu, irq, ack ? report_ack : NULL, (void *)(uintptr_t)cookie);
}

bool subject_inject(size_t vcpu, int irq)
{
    return virq_inject(vcpu, irq);
}

bool subject_register_passthrough(size_t vcpu, size_t irq, microkit_channel channel)
{
    return virq_register_passthrough(vcpu, irq, channel);
}

bool subject_handle_passthrough(microkit_channel channel)
{
    return virq_handle_passthrough(channel);
}

bool subject_start(size_t vcpu, uintptr_t pc, uintptr_t dtb, uintptr_t initrd)
{
    return guest_start(vcpu, pc, dtb, initrd);
}

void subject_stop(size_t vcpu)
{
    guest_stop(vcpu);
}
