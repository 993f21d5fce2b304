/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of the guest, and emulated devices. */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Handles a fault of a vCPU. Call it only from fault(), once for each fault.
 *
 * The message registers belong to libvmm from here until fault() returns: an injection may be
 * combined with Microkit's next Recv, as in microkit_deferred_notify.
 *
 * au-ts/libvmm 0.1.0 returns false for a fault that it cannot handle. Here false is not an error:
 * it means that the fault must not be replied to.
 *
 * @return true: reply with an empty message, and the vCPU continues. false: do not reply. The vCPU
 *         waits for an interrupt, is off, was stopped or restarted, or libvmm has resumed it.
 */
bool fault_handle(size_t vcpu_id, microkit_msginfo msginfo);

/**
 * Emulates one access to a registered range.
 *
 * For an access without a syndrome (a pair, a write-back), libvmm calls the handler once for each
 * data register, with the syndrome of a plain access.
 *
 * @param offset  bytes from the base of the range
 * @param fsr     ESR_EL2 with a valid instruction syndrome
 * @param regs    the vCPU's registers. A load puts its result there (fault_emulate_write). The
 *                caller advances the pc.
 * @return false: the guest gets an external abort
 */
typedef bool (*vm_exception_handler_t)(size_t vcpu_id, size_t offset, size_t fsr,
                                       seL4_UserContext *regs, void *data);

/**
 * Registers the emulation of a range of guest physical addresses. Call it from init().
 *
 * @param size  bytes, not 0
 * @return false: the range wraps, it overlaps a registered range (such as the distributor), or
 *         all FAULT_MAX_RANGES are in use
 */
bool fault_register_vm_exception_handler(uintptr_t base, size_t size,
                                         vm_exception_handler_t callback, void *data);

enum {
    FAULT_MAX_RANGES = 32
};

/* For handlers: properties of the access, and its data. */
bool fault_is_write(uint64_t fsr);
bool fault_is_read(uint64_t fsr);

/** Value of the data register: 0 for the zero register. */
uint64_t fault_get_data(seL4_UserContext *regs, uint64_t fsr);

/** The bytes that an access of this width touches in the aligned 32-bit word around addr. */
uint64_t fault_get_data_mask(uint64_t addr, uint64_t fsr);

/**
 * Completes a load: puts its bytes of the aligned 32-bit word reg_val (for an 8-byte load, the
 * 64-bit value) into the register, sign- or zero-extended as the instruction requires.
 */
void fault_emulate_write(seL4_UserContext *regs, size_t addr, size_t fsr, size_t reg_val);

/*
 * For a VMM that emulates an access outside of libvmm, as au-ts/libvmm 0.1.0 permits. A registered
 * handler must not call the two functions that advance the pc: libvmm does so when the handler
 * returns true.
 */

/** For a load: register `reg` with the accessed bytes of the word reg_val. For a store: the word
 * `reg` with the accessed bytes of reg_val. */
uint64_t fault_emulate(seL4_UserContext *regs, uint64_t reg, uint64_t addr, uint64_t fsr,
                       uint64_t reg_val);

/** Moves regs->pc past the instruction and writes regs to the vCPU. @return false: seL4 refused */
bool fault_advance_vcpu(size_t vcpu_id, seL4_UserContext *regs);

/** fault_emulate_write, then fault_advance_vcpu. */
bool fault_advance(size_t vcpu_id, seL4_UserContext *regs, uint64_t addr, uint64_t fsr,
                   uint64_t reg_val);

/** The name of a fault's label, for a log line. */
char *fault_to_string(seL4_Word fault_label);
