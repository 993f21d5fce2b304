/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies a Linux kernel, its device tree and its initial RAM disk to guest RAM. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * Checks the images and their destinations, and copies them only if all checks pass:
 * - kernel: an arm64 Image (Linux' Documentation/arch/arm64/booting.rst), little-endian, placed
 *   text_offset bytes above the first 2 MiB boundary of RAM, with room for image_size bytes;
 * - device tree: flattened device tree magic and total size (Devicetree Specification 5.2), at a
 *   multiple of 8, at most 2 MiB;
 * - each image lies inside RAM, and no two overlap.
 *
 * @param ram_start    address of guest RAM in this protection domain. It must be
 *                     vmm_config.ram_vaddr; if that is 0, it is set to ram_start. The size is
 *                     vmm_config.ram_size.
 * @param dtb_dest     guest physical address; so is initrd_dest, which the device tree must name
 * @param initrd_size  0: no initial RAM disk
 * Call it from init(), or from a guest_image_fn_t. au-ts/libvmm 0.1.0 returns 0 instead of -1. A
 * program that tests for 0 takes -1 for an entry point, which guest_start then refuses.
 *
 * @return guest physical address of the kernel's entry point; -1: refused, RAM is unchanged
 */
uintptr_t linux_setup_images(uintptr_t ram_start, uintptr_t kernel, size_t kernel_size,
                             uintptr_t dtb_src, uintptr_t dtb_dest, size_t dtb_size,
                             uintptr_t initrd_src, uintptr_t initrd_dest, size_t initrd_size);
