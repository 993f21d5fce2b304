/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks for events inside libvmm, for checking and tracing. libvmm does not depend on them. A hook
 * must not call libvmm.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vmm_hooks {
    /* A list register was loaded. priority: 0 (highest) to 31, as in GICH_LR. */
    void (*list_register_loaded)(size_t vcpu_id, size_t index, uint32_t intid, uint8_t priority);
    /* The guest has ended an interrupt. Its ack function, if any, is called next. */
    void (*interrupt_ended)(size_t vcpu_id, size_t index, uint32_t intid);
    /* fault_handle returns. resume: its result. */
    void (*fault_handled)(size_t vcpu_id, size_t label, bool resume);
    /* An exception was injected into the guest. esr: ESR_EL1. */
    void (*exception_injected)(size_t vcpu_id, uint32_t esr, uint64_t far);
};

/** NULL by default. */
extern struct vmm_hooks vmm_hooks;
