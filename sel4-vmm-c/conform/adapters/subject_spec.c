/* SPDX-License-Identifier: BSD-2-Clause */
/* The dialect of the API text, which is that of this project's libvmm. */
#include "steps.h"
#include "subject_calls.h"
#include "subject_text.h"
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <libvmm/virq.h>
#include <libvmm/vmm.h>

/* Copies no images: returns entry point and device tree of a restarted guest. */
static bool place_images(struct guest_boot *boot, void *data)
{
    (void)data;
    boot->kernel_pc = vmm_config.ram_ipa + IMAGES_RESTART_ENTRY;
    boot->dtb = vmm_config.ram_ipa + IMAGES_RESTART_DEVICE_TREE;
    boot->initrd = 0;
    target_expect_at(boot->kernel_pc);
    return true;
}

static void guest_ended(enum guest_end end, void *data)
{
    static const uint8_t reasons[] = {
        [GUEST_SYSTEM_OFF] = END_REASON_OFF,
        [GUEST_SYSTEM_RESET] = END_REASON_RESET,
        [GUEST_ALL_CPUS_OFF] = END_REASON_CPUS,
        [GUEST_IMAGES_REFUSED] = END_REASON_OFF, /* none are */
    };
    (void)data;
    struct event_ended event = {.tag = EVENT_ENDED, .reason = reasons[end]};
    report(&event, sizeof(event));
}

bool subject_resets(void)
{
    return true;
}

void subject_reset(const struct machine *machine)
{
    vmm_reset();
    vmm_config.ram_ipa = machine->ram_ipa;
    vmm_config.ram_size = machine->ram_size;
    vmm_config.ram_vaddr = machine->ram_vaddr;
    vmm_config.vcpus = machine->vcpus;
    vmm_config.list_registers = machine->list_registers;
    vmm_config.gicd_ipa = machine->gicd_ipa;
    vmm_config.gic_version = machine->gic_version;
    vmm_config.gicc_ipa = machine->gicc_ipa;
    vmm_config.gicr_ipa = machine->gicr_ipa;
    vmm_config.gicd_page = machine->gicd_page;
    guest_register_images(place_images, NULL);
    guest_register_end(guest_ended, NULL);
}

uint64_t subject_setup_images(const struct step_images *step, uintptr_t kernel, uintptr_t dtb,
                              uintptr_t initrd)
{
    return linux_setup_images(vmm_config.ram_vaddr, kernel, step->kernel_size, dtb,
                              vmm_config.ram_ipa + step->dtb_offset, step->dtb_size, initrd,
                              vmm_config.ram_ipa + step->initrd_offset, step->initrd_size);
}

bool subject_restart(size_t vcpu)
{
    return guest_restart(vcpu, vmm_config.ram_vaddr, vmm_config.ram_size);
}
