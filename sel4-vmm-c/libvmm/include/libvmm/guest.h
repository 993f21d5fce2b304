/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start, pause, restart and end of the guest. guest_start, guest_stop and guest_restart are in the
 * libvmm API document. The other functions are extensions.
 *
 * Call the functions that register callbacks from init(). The others can be called from init(),
 * notified(), fault() and from all callbacks of libvmm, except that a guest_image_fn_t must not
 * start, stop or restart the guest.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Starts the guest. The boot vCPU enters the kernel as Documentation/arch/arm64/booting.rst of
 * Linux requires (EL1h, MMU off, interrupts masked, x0 = device tree, x1 to x3 = 0). The other
 * vCPUs wait for PSCI CPU_ON.
 *
 * @param kernel_pc  guest physical address, inside RAM and a multiple of 4: the result of
 *                   linux_setup_images
 * @param dtb        guest physical address of the device tree
 * @param initrd     address of the initial RAM disk; the guest reads it from its device tree
 * @return false: no such vCPU, or kernel_pc is not a valid entry point in RAM
 */
bool guest_start(size_t boot_vcpu_id, uintptr_t kernel_pc, uintptr_t dtb, uintptr_t initrd);

/**
 * Pauses the guest. Its state is kept, and guest_resume continues it. An access whose handler is
 * running is completed and does not happen again.
 */
void guest_stop(size_t boot_vcpu_id);

/** Ends a pause. @return false: the guest was not paused */
bool guest_resume(size_t boot_vcpu_id);

/** Entry point and images of a guest, as guest physical addresses. */
struct guest_boot {
    uintptr_t kernel_pc;
    uintptr_t dtb;
    uintptr_t initrd;
};

/**
 * Copies the images, the same or others, to guest RAM, which has been cleared.
 *
 * @param boot  the values of the last start, to be changed if the new images have other addresses
 * @return false: the images are refused
 */
typedef bool (*guest_image_fn_t)(struct guest_boot *boot, void *data);

/** Registers the function that copies the images at a restart. NULL: the guest cannot restart. */
void guest_register_images(guest_image_fn_t place, void *data);

/**
 * Restarts the guest: clears its RAM, has the function of guest_register_images copy the images
 * again, and resets vCPUs and virtual interrupt controller. Registrations of interrupts are kept.
 *
 * RAM is cleared in pieces, so that a guest that keeps restarting does not block other protection
 * domains. This function only begins the restart. Further calls of fault_handle copy the images
 * and start the guest. If the images are refused, the guest stops, and the function of
 * guest_register_end is called with GUEST_IMAGES_REFUSED. May be called from any callback.
 *
 * @param guest_ram_vaddr  address of the guest's RAM in this protection domain
 * @param guest_ram_size   bytes of it to clear, at most vmm_config.ram_size
 * @return false: no such vCPU, RAM does not match vmm_config, or no function is registered.
 *         Nothing has changed.
 */
bool guest_restart(size_t boot_vcpu_id, uintptr_t guest_ram_vaddr, size_t guest_ram_size);

/** Why the guest's run has ended. */
enum guest_end {
    GUEST_SYSTEM_OFF,    /* PSCI SYSTEM_OFF */
    GUEST_SYSTEM_RESET,  /* PSCI SYSTEM_RESET */
    GUEST_ALL_CPUS_OFF,  /* PSCI CPU_OFF of the last CPU: nothing can wake the guest again */
    GUEST_IMAGES_REFUSED /* the images of a guest_restart were refused */
};

/** Called with every vCPU stopped. For GUEST_SYSTEM_RESET it should call guest_restart. */
typedef void (*guest_end_fn_t)(enum guest_end end, void *data);

/** Registers the function to call at the end of a run. Without one, the guest stays stopped. */
void guest_register_end(guest_end_fn_t ended, void *data);
