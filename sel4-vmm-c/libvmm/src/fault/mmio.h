/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices at guest physical addresses: the interrupt controller and registered ranges. */
#pragma once

#include "fault/fault.h"
#include "gic/gic.h"
#include "gic/gicv3.h"
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/vmm.h>

/* A range that the program has registered. */
struct mmio_range {
    uint64_t base;
    size_t size;
    vm_exception_handler_t callback;
    void *data;
};

/* The range that contains the whole access, or NULL. */
const struct mmio_range *mmio_find(uint64_t ipa, size_t bytes);

/* Whether the interrupt controller handles an access: it must be aligned; bytes: 1, 2, 4 or 8. */
static inline bool mmio_is_gic(uint64_t ipa, size_t bytes)
{
    return (ipa & (bytes - 1)) == 0 && (ipa - vmm_config.gicd_ipa < GICD_SIZE ||
                                        (vmm_config.gic_version == 3 && gicv3_covers(ipa)));
}

/* A GICv2's distributor has no 64-bit registers: a doubleword is two words. */
static inline uint64_t mmio_gic_read(size_t vcpu_id, uint64_t ipa, size_t bytes)
{
    if (vmm_config.gic_version == 3)
        return gicv3_read(vcpu_id, ipa, (uint32_t)bytes);
    uint32_t offset = (uint32_t)(ipa - vmm_config.gicd_ipa);
    if (bytes < 8)
        return gicd_read(vcpu_id, offset, (uint32_t)bytes);
    return gicd_read(vcpu_id, offset, 4) | (uint64_t)gicd_read(vcpu_id, offset + 4, 4) << 32;
}

static inline void mmio_gic_write(size_t vcpu_id, uint64_t ipa, size_t bytes, uint64_t value)
{
    if (vmm_config.gic_version == 3) {
        gicv3_write(vcpu_id, ipa, (uint32_t)bytes, value);
        return;
    }
    uint32_t offset = (uint32_t)(ipa - vmm_config.gicd_ipa);
    gicd_write(vcpu_id, offset, bytes < 8 ? (uint32_t)bytes : 4, (uint32_t)value);
    if (bytes == 8)
        gicd_write(vcpu_id, offset + 4, 4, (uint32_t)(value >> 32));
}

/* The value of a load, extended for its register. */
uint64_t extend_load(uint64_t value, size_t bytes, bool sign_extend, bool to_64);

/* Register 0 to 30 of a context; NULL for 31. */
seL4_Word *context_register(seL4_UserContext *regs, unsigned n);

/* Removes all ranges. */
void mmio_forget(void);
