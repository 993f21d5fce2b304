/* SPDX-License-Identifier: BSD-2-Clause */
/* Start, pause and end of the guest. */
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "kernel.h"

void guest_halt(void)
{
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        vcpu_off(i);
    guest_remove_reset_program();
    guest.leaving = false;
    guest.refilling = false;
    guest.to_clear = 0;
    guest.running = false;
    guest.paused = false;
}

bool guest_start(size_t boot_vcpu_id, uintptr_t kernel_pc, uintptr_t dtb, uintptr_t initrd)
{
    if (boot_vcpu_id >= vmm_config.vcpus || kernel_pc % 4 != 0 || kernel_pc < vmm_config.ram_ipa ||
        kernel_pc - vmm_config.ram_ipa >= vmm_config.ram_size)
        return false;
    guest_halt();
    if (guest.has_started)
        gic_reset();
    guest.has_started = true;
    guest.running = true;
    guest.boot_vcpu = boot_vcpu_id;
    guest.boot = (struct guest_boot){kernel_pc, dtb, initrd};
    guest_launch();
    return true;
}

void guest_stop(size_t boot_vcpu_id)
{
    if (boot_vcpu_id >= vmm_config.vcpus || !guest.running || guest.paused)
        return;
    guest.paused = true;
    /* vCPUs on other cores stand still after this, too. Their faults that wait are dropped, and
     * come again when they are resumed. */
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        guest.vcpu[i].changes++;
        kernel_suspend(i);
    }
}

bool guest_resume(size_t boot_vcpu_id)
{
    if (boot_vcpu_id >= vmm_config.vcpus || !guest.paused)
        return false;
    guest.paused = false;
    vcpu_resume_all();
    return true;
}

void guest_register_images(guest_image_fn_t place, void *data)
{
    guest.place_images = place;
    guest.images_data = data;
}

void guest_register_end(guest_end_fn_t ended, void *data)
{
    guest.ended = ended;
    guest.end_data = data;
}

void guest_ended(enum guest_end end)
{
    guest_halt();
    if (guest.ended)
        guest.ended(end, guest.end_data);
}
