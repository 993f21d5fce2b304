/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events inside libvmm, in their order, for those who check or trace it. Nothing depends on them. A
 * hook must not call libvmm.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vmm_hooks {
    /* A list register was loaded. priority: 0 (highest) to 31, as in GICH_LR. */
    void (*list_register_loaded)(size_t vcpu_id, size_t index, uint32_t intid, uint8_t priority);
    /* The guest ended an interrupt; its ack function, if it has one, is called next. */
    void (*interrupt_ended)(size_t vcpu_id, size_t index, uint32_t intid);
    /* fault_handle is done. resume: what it answered. */
    void (*fault_handled)(size_t vcpu_id, size_t label, bool resume);
    /* An exception was put into the guest. esr: its ESR_EL1. */
    void (*exception_injected)(size_t vcpu_id, uint32_t esr, uint64_t far);
};

/** All NULL unless somebody sets them. */
extern struct vmm_hooks vmm_hooks;
