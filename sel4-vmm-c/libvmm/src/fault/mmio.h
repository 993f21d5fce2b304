/* SPDX-License-Identifier: BSD-2-Clause */
/* What answers at the guest physical addresses that no memory does. */
#pragma once

#include "fault/fault.h"
#include <libvmm/arch/aarch64/fault.h>

/* A range that a program registered. */
struct mmio_range {
    uint64_t base;
    size_t size;
    vm_exception_handler_t callback;
    void *data;
};

/* The range that holds all of the access; NULL if none does. */
const struct mmio_range *mmio_find(uint64_t ipa, size_t bytes);

/* Does the distributor take this access? bytes: 1, 2, 4 or 8, aligned. */
bool mmio_is_gicd(uint64_t ipa, size_t bytes);
uint64_t mmio_gicd_read(size_t vcpu_id, uint64_t ipa, size_t bytes);
void mmio_gicd_write(size_t vcpu_id, uint64_t ipa, size_t bytes, uint64_t value);

/* A load's result as the register gets it. */
uint64_t extend_load(uint64_t value, size_t bytes, bool sign_extend, bool to_64);

/* Register of a context: 0 to 30; 31 is none (NULL). */
seL4_Word *context_register(seL4_UserContext *regs, unsigned n);

/* Forgets the ranges. */
void mmio_forget(void);
