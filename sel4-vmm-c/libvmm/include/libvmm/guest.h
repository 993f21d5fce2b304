/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Life of the guest. guest_start, guest_stop and guest_restart are the libvmm API's; the rest is
 * what that leaves open.
 *
 * The functions that register are called from init(). The others can be called from init(),
 * notified(), fault() and from every function that libvmm calls back, except that a
 * guest_image_fn_t must not start, stop or restart the guest.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Starts the guest: the boot vCPU enters the kernel as Linux' Documentation/arch/arm64/booting.rst
 * asks (EL1h, MMU off, interrupts masked, x0 = device tree, x1 to x3 = 0); the others wait for
 * PSCI CPU_ON.
 *
 * @param kernel_pc  guest physical address, inside RAM and a multiple of 4: the result of
 *                   linux_setup_images
 * @param dtb        guest physical address of the device tree
 * @param initrd     where the initial RAM disk lies; the guest learns it from its device tree
 * @return false: no such vCPU, or kernel_pc is no address of an instruction in RAM
 */
bool guest_start(size_t boot_vcpu_id, uintptr_t kernel_pc, uintptr_t dtb, uintptr_t initrd);

/**
 * Pauses the guest. Everything stays as it is; guest_resume lets it go on. The access that a
 * handler was called for is done, and does not come again.
 */
void guest_stop(size_t boot_vcpu_id);

/** Ends a pause. @return false: the guest was not paused */
bool guest_resume(size_t boot_vcpu_id);

/** What a guest starts from. Guest physical addresses. */
struct guest_boot {
    uintptr_t kernel_pc;
    uintptr_t dtb;
    uintptr_t initrd;
};

/**
 * Places the images in a cleared guest RAM, the old ones or others.
 *
 * @param boot  what the last start was given; to be changed where the new images lie elsewhere
 * @return false: the images are refused
 */
typedef bool (*guest_image_fn_t)(struct guest_boot *boot, void *data);

/** Says who places the images when the guest restarts. NULL: nobody, it cannot restart. */
void guest_register_images(guest_image_fn_t place, void *data);

/**
 * Starts the guest over: RAM cleared, images placed again by the function given to
 * guest_register_images, vCPUs and virtual interrupt controller as new (registrations of interrupts
 * stay). RAM is cleared in pieces, so that a guest that restarts again and again does not keep
 * others from running: this function only begins it. The images are placed, and the guest starts,
 * after further calls of fault_handle. If the images are refused the guest is stopped, and the
 * function of guest_register_end is told GUEST_IMAGES_REFUSED. May be called from any of libvmm's
 * callbacks.
 *
 * @param guest_ram_vaddr  address of the guest's RAM in this protection domain
 * @param guest_ram_size   bytes of it to clear, at most vmm_config.ram_size
 * @return false: no such vCPU, RAM other than vmm_config says, or nobody to place images: nothing
 * was changed
 */
bool guest_restart(size_t boot_vcpu_id, uintptr_t guest_ram_vaddr, size_t guest_ram_size);

/** How a guest ends its run. */
enum guest_end {
    GUEST_SYSTEM_OFF,    /* PSCI SYSTEM_OFF */
    GUEST_SYSTEM_RESET,  /* PSCI SYSTEM_RESET */
    GUEST_ALL_CPUS_OFF,  /* the last CPU left with PSCI CPU_OFF: nothing can wake the guest again */
    GUEST_IMAGES_REFUSED /* guest_restart came as far as its images, and they were refused */
};

/** Called with every vCPU stopped; guest_restart is the answer to GUEST_SYSTEM_RESET. */
typedef void (*guest_end_fn_t)(enum guest_end end, void *data);

/** Says who is told of the end of a run. With nobody registered the guest just stays stopped. */
void guest_register_end(guest_end_fn_t ended, void *data);
