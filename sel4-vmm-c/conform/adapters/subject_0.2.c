/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dialect of au-ts/libvmm 0.2.0: a route names an interrupt, guest_init comes first, and guest
 * RAM is named by guest physical addresses. The boot vCPU is always the first.
 */
#include "steps.h"
#include "subject_calls.h"
#include "subject_memory.h"
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <libvmm/guest_ram.h>
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

/* It creates the whole guest, and must be called before images are copied. */
static bool make_guest(void)
{
    arch_guest_init_t init = {
        .num_vcpus = here.vcpus,
        .num_guest_ram_regions = 1,
        .guest_ram_regions = {{here.ram_ipa, here.ram_size, (void *)here.ram_vaddr}},
    };
    return guest_init(init);
}

static bool made_for_images;

bool subject_init(size_t cpu)
{
    if (cpu >= here.vcpus)
        return false; /* the call has no vCPU parameter */
    if (!made_for_images)
        return make_guest();
    made_for_images = false;
    return true;
}

static void acked(irq_routing_info_t route, void *cookie)
{
    report_ack((size_t)IRQ_ROUTE_TO_ARM_CPUID(route), (int)IRQ_ROUTE_TO_ARM_INTID(route), cookie);
}

bool subject_register(size_t vcpu, size_t irq, bool ack, uint32_t cookie)
{
    irq_routing_info_t route = ARM_GIC_IRQ_ROUTE((int)vcpu, (uint32_t)irq);
    return virq_register(route, ack ? acked : NULL, (void *)(uintptr_t)cookie);
}

bool subject_inject(size_t vcpu, int irq)
{
    irq_routing_info_t route = ARM_GIC_IRQ_ROUTE((int)vcpu, (uint32_t)irq);
    return virq_inject(route);
}

bool subject_register_passthrough(size_t vcpu, size_t irq, microkit_channel channel)
{
    irq_routing_info_t route = ARM_GIC_IRQ_ROUTE((int)vcpu, (uint32_t)irq);
    return virq_register_passthrough(route, channel);
}

bool subject_handle_passthrough(microkit_channel channel)
{
    return virq_handle_passthrough(channel);
}

uint64_t subject_setup_images(const struct step_images *step, uintptr_t kernel, uintptr_t dtb,
                              uintptr_t initrd)
{
    int regions = 0;
    guest_ram_get_regions(&regions);
    if (regions == 0)
        made_for_images = make_guest();
    return linux_setup_images(here.ram_ipa, kernel, step->kernel_size, dtb,
                              here.ram_ipa + step->dtb_offset, step->dtb_size, initrd,
                              here.ram_ipa + step->initrd_offset, step->initrd_size);
}

bool subject_start(size_t vcpu, uintptr_t pc, uintptr_t dtb, uintptr_t initrd)
{
    return vcpu == GUEST_BOOT_VCPU_ID && guest_start(pc, dtb, initrd);
}

void subject_stop(size_t vcpu)
{
    (void)vcpu;
    guest_stop();
}

bool subject_restart(size_t vcpu)
{
    target_expect_at(here.ram_ipa + IMAGES_RESTART_ENTRY);
    return vcpu == GUEST_BOOT_VCPU_ID && guest_restart(here.ram_vaddr, here.ram_size);
}
