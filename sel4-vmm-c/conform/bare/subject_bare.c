/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces a VMM library: starts the guest as a boot loader does. All other calls fail. */
#include "bare.h"
#include "subject.h"

/* No channel has an interrupt. */
seL4_Word microkit_irqs;

bool subject_resets(void)
{
    return true;
}

void subject_reset(const struct machine *machine)
{
    (void)machine;
}

bool subject_init(size_t cpu)
{
    return cpu < bare_cpus();
}

bool subject_start(size_t vcpu, uintptr_t pc, uintptr_t dtb, uintptr_t initrd)
{
    (void)initrd;
    return bare_start(vcpu, pc, dtb);
}

bool subject_register(size_t vcpu, size_t irq, bool ack, uint32_t cookie)
{
    (void)vcpu, (void)irq, (void)ack, (void)cookie;
    return false;
}

bool subject_inject(size_t vcpu, int irq)
{
    (void)vcpu, (void)irq;
    return false;
}

bool subject_register_passthrough(size_t vcpu, size_t irq, microkit_channel channel)
{
    (void)vcpu, (void)irq, (void)channel;
    return false;
}

bool subject_handle_passthrough(microkit_channel channel)
{
    (void)channel;
    return false;
}

uint64_t subject_setup_images(const struct step_images *step, uintptr_t kernel, uintptr_t dtb,
                              uintptr_t initrd)
{
    (void)step, (void)kernel, (void)dtb, (void)initrd;
    return UINT64_MAX;
}

void subject_stop(size_t vcpu)
{
    (void)vcpu;
}

bool subject_restart(size_t vcpu)
{
    (void)vcpu;
    return false;
}

bool subject_register_handler(uint64_t base, uint64_t size, uint8_t id)
{
    (void)base, (void)size, (void)id;
    return false;
}
