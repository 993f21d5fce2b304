/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest RAM as mapped in this protection domain. */
#pragma once

#include <libvmm/vmm.h>
#include <stddef.h>
#include <stdint.h>

/* Address of [ipa, ipa + size) if all of it is guest RAM, otherwise NULL. */
static inline void *guest_ram(uint64_t ipa, size_t size)
{
    if (vmm_config.ram_vaddr == 0 || ipa < vmm_config.ram_ipa || size > vmm_config.ram_size ||
        ipa - vmm_config.ram_ipa > vmm_config.ram_size - size)
        return NULL;
    return (void *)(vmm_config.ram_vaddr + (uintptr_t)(ipa - vmm_config.ram_ipa));
}
