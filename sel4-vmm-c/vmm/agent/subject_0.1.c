/* SPDX-License-Identifier: BSD-2-Clause */
/* The dialect of au-ts/libvmm 0.1.0: the calls of the API text; guest RAM is where the guest sees
 * it. */
#include "steps.h"
#include "subject_calls.h"
#include "subject_memory.h"
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <libvmm/virq.h>

static struct machine here;

bool subject_resets(void)
{
    return subject_memory_fits();
}

void subject_reset(const struct machine *machine)
{
    subject_memory_restore();
    here = *machine;
}

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

uint64_t subject_setup_images(const struct step_images *step, uintptr_t kernel, uintptr_t dtb,
                              uintptr_t initrd)
{
    return linux_setup_images(here.ram_vaddr, kernel, step->kernel_size, dtb,
                              here.ram_vaddr + step->dtb_offset, step->dtb_size, initrd,
                              here.ram_vaddr + step->initrd_offset, step->initrd_size);
}

bool subject_start(size_t vcpu, uintptr_t pc, uintptr_t dtb, uintptr_t initrd)
{
    return guest_start(vcpu, pc, dtb, initrd);
}

void subject_stop(size_t vcpu)
{
    guest_stop(vcpu);
}

bool subject_restart(size_t vcpu)
{
    target_expect_at(here.ram_ipa + IMAGES_RESTART_ENTRY);
    return guest_restart(vcpu, here.ram_vaddr, here.ram_size);
}

bool subject_register_handler(uint64_t base, uint64_t size, uint8_t id)
{
    return fault_register_vm_exception_handler(base, size, emulate_range, (void *)(uintptr_t)id);
}

bool subject_fault(size_t vcpu, microkit_msginfo info)
{
    return fault_handle(vcpu, info);
}
