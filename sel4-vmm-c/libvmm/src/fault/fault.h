/* SPDX-License-Identifier: BSD-2-Clause */
/* Handling of a vCPU's faults. */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ESR_ELx, as reported to the hypervisor and as injected into the guest (Arm ARM, D17.2.37). */
enum {
    ESR_EC_SHIFT = 26,
    ESR_IL = 1 << 25,

    EC_UNKNOWN = 0x00,
    EC_WFX = 0x01,
    EC_SMC64 = 0x17,
    EC_SYSREG = 0x18,
    EC_INSTRUCTION_ABORT = 0x20, /* from a lower exception level; + 1: from the same level */
    EC_DATA_ABORT = 0x24,        /* likewise */

    /* data aborts */
    ISS_ISV = 1 << 24, /* SAS to AR are valid */
    ISS_SAS_SHIFT = 22,
    ISS_SSE = 1 << 21,
    ISS_SRT_SHIFT = 16,
    ISS_SF = 1 << 15,
    ISS_FNV = 1 << 10, /* FAR is not valid */
    ISS_CM = 1 << 8,   /* cache maintenance */
    ISS_S1PTW = 1 << 7,
    ISS_WNR = 1 << 6,
    ISS_FSC_MASK = 0x3f,

    /* fault status codes; level or'ed in */
    FSC_ADDRESS_SIZE = 0x00,
    FSC_TRANSLATION = 0x04,
    FSC_ACCESS_FLAG = 0x08,
    FSC_PERMISSION = 0x0c,
    FSC_EXTERNAL = 0x10,
    FSC_EXTERNAL_ON_WALK = 0x14,
    FSC_UNSUPPORTED_ATOMIC = 0x35,

    INSTRUCTION_BYTES = 4
};

/* Result of a fault handler. */
enum fault_result {
    FAULT_RESUME, /* reply: the vCPU continues at its pc */
    FAULT_HOLD    /* do not reply: it waits, is off, or was resumed */
};

/* A stage 2 abort: the contents of seL4's VMFault. */
struct vm_fault {
    size_t vcpu_id;
    uint64_t pc;
    uint64_t ipa;
    uint32_t esr;
};

/* vm_fault.c: handles the fault in the message registers */
enum fault_result vm_fault(size_t vcpu_id);
/* emulate.c: handles a fault by decoding the instruction, if it has no syndrome or no device
 * answers. */
enum fault_result vm_fault_decode(const struct vm_fault *fault);
/* Injects an external abort at the address that the instruction accesses. */
enum fault_result vm_fault_refuse(const struct vm_fault *fault);

/* vcpu_fault.c */
enum fault_result vcpu_fault(size_t vcpu_id, uint32_t esr);

/* inject.c: injects an exception at the current instruction of the guest */
enum fault_result inject_undefined(size_t vcpu_id);
enum fault_result inject_data_abort(size_t vcpu_id, uint32_t iss, uint64_t far);
enum fault_result inject_instruction_abort(size_t vcpu_id, uint32_t iss);

/* psci.c */
enum fault_result psci_call(size_t vcpu_id);

/* sysreg.c */
enum fault_result sysreg_access(size_t vcpu_id, uint32_t esr);

/* Moves the pc past the current instruction, which has been emulated. */
void advance(size_t vcpu_id);

/* The same with known pc and first words of the context. resume: the vCPU is resumed at once. */
void advance_from(size_t vcpu_id, uint64_t pc, const seL4_Word word[4], bool resume);
