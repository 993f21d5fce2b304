/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protection domain that boots Linux: copies the images, passes the UART through, starts the
 * guest and handles its faults. Addresses and numbers come from the board's data in vmm_config.h.
 */
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <libvmm/virq.h>
#include <libvmm/vmm.h>
#include <microkit.h>
#include <vmm_config.h>

#include "unpack.h"

#define INFO(text)  microkit_dbg_puts("vmm|INFO: " text "\n")
#define ERROR(text) microkit_dbg_puts("vmm|ERROR: " text "\n")

enum {
    BOOT_VCPU = 0
};

/* images.S */
extern const char _guest_kernel_image[], _guest_kernel_image_end[];
extern const char _guest_dtb_image[], _guest_dtb_image_end[];
extern const char _guest_initrd_image[], _guest_initrd_image_end[];

/* Filled in by the Microkit tool, from setvar_vaddr in the system description. */
uintptr_t guest_ram_vaddr;
#if VMM_GICD_PAGE
uintptr_t guest_gicd_vaddr;
#endif
#ifdef VMM_KERNEL_INFLATED_SIZE
uintptr_t kernel_image_vaddr;
#endif

/* The kernel for linux_setup_images: embedded as it is, or unpacked. */
static uintptr_t kernel;
static size_t kernel_size;

static bool find_kernel(void)
{
    kernel = (uintptr_t)_guest_kernel_image;
    kernel_size = (size_t)(_guest_kernel_image_end - _guest_kernel_image);
#ifdef VMM_KERNEL_INFLATED_SIZE
    const char *problem = unpack_gzip((void *)kernel_image_vaddr, VMM_KERNEL_INFLATED_SIZE,
                                      (const void *)kernel, kernel_size);
    if (problem) {
        microkit_dbg_puts("vmm|ERROR: guest stopped: the packed kernel is damaged: ");
        microkit_dbg_puts(problem);
        microkit_dbg_puts("\n");
        return false;
    }
    kernel = kernel_image_vaddr;
    kernel_size = VMM_KERNEL_INFLATED_SIZE;
#endif
    return true;
}

static bool place_images(struct guest_boot *boot, void *data)
{
    (void)data;
    boot->dtb = VMM_GUEST_DTB_IPA;
    boot->initrd = VMM_GUEST_INITRD_IPA;
    boot->kernel_pc = linux_setup_images(
        guest_ram_vaddr, kernel, kernel_size, (uintptr_t)_guest_dtb_image, boot->dtb,
        (size_t)(_guest_dtb_image_end - _guest_dtb_image), (uintptr_t)_guest_initrd_image,
        boot->initrd, (size_t)(_guest_initrd_image_end - _guest_initrd_image));
    return boot->kernel_pc != (uintptr_t)-1;
}

static void guest_ended(enum guest_end end, void *data)
{
    (void)data;
    switch (end) {
    case GUEST_SYSTEM_OFF: INFO("guest stopped: SYSTEM_OFF"); break;
    case GUEST_ALL_CPUS_OFF: ERROR("guest stopped: it has switched off its last CPU"); break;
    case GUEST_SYSTEM_RESET:
        INFO("guest restarts: SYSTEM_RESET");
        if (!guest_restart(BOOT_VCPU, guest_ram_vaddr, VMM_GUEST_RAM_SIZE))
            ERROR("guest stopped: it cannot restart");
        break;
    case GUEST_IMAGES_REFUSED: ERROR("guest stopped: it cannot restart: images refused"); break;
    }
}

void init(void)
{
    INFO("starting guest \"linux\" (sel4-vmm-harness libvmm)");
    vmm_config.ram_vaddr = guest_ram_vaddr;
#if VMM_GICD_PAGE
    vmm_config.gicd_page = guest_gicd_vaddr;
#endif
    guest_register_images(place_images, NULL);
    guest_register_end(guest_ended, NULL);

    if (!find_kernel())
        return;
    struct guest_boot boot;
    if (!place_images(&boot, NULL))
        ERROR("guest stopped: kernel, device tree and initrd don't fit its RAM, or aren't such");
    else if (!virq_controller_init(BOOT_VCPU))
        ERROR("guest stopped: the interrupt controller refuses vmm_config.h");
    else if (!virq_register_passthrough(BOOT_VCPU, VMM_UART_INTID, VMM_UART_CHANNEL))
        ERROR("guest stopped: no passthrough for the UART's interrupt");
    else if (!guest_start(BOOT_VCPU, boot.kernel_pc, boot.dtb, boot.initrd))
        ERROR("guest stopped: its kernel has no entry in RAM");
}

void notified(microkit_channel channel)
{
    virq_handle_passthrough(channel);
}

seL4_Bool fault(microkit_child vcpu, microkit_msginfo fault_info, microkit_msginfo *reply)
{
    *reply = microkit_msginfo_new(0, 0);
    return fault_handle(vcpu, fault_info);
}
