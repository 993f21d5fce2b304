/* SPDX-License-Identifier: BSD-2-Clause */
/* Placing a Linux kernel, its device tree and its initial RAM disk in guest RAM. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * Checks the images where they will end up, and copies them only if all of them fit:
 * - kernel: an arm64 Image (Linux' Documentation/arch/arm64/booting.rst), little-endian, placed
 *   text_offset bytes above the first 2 MiB boundary of RAM, with room for image_size bytes;
 * - device tree: flattened device tree magic and total size (Devicetree Specification 5.2), at a
 *   multiple of 8, at most 2 MiB;
 * - each inside RAM, no two sharing a byte.
 *
 * @param ram_start    guest RAM in this protection domain; it is vmm_config.ram_vaddr, or becomes
 * it where that is 0. Its size is vmm_config.ram_size.
 * @param dtb_dest     guest physical address, as in the device tree; so is initrd_dest
 * @param initrd_size  0: no initial RAM disk
 * Call it from init(), or from a guest_image_fn_t. au-ts/libvmm 0.1.0 returns 0 where this returns
 * -1; a program that tests for 0 takes a refusal for an entry, which guest_start then refuses.
 *
 * @return guest physical address of the kernel's entry, or -1: refused, RAM untouched
 */
uintptr_t linux_setup_images(uintptr_t ram_start, uintptr_t kernel, size_t kernel_size,
                             uintptr_t dtb_src, uintptr_t dtb_dest, size_t dtb_size,
                             uintptr_t initrd_src, uintptr_t initrd_dest, size_t initrd_size);
