/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Injects an exception to the guest's EL1, as the CPU would take it (Arm ARM, D1.3): ELR_EL1,
 * SPSR_EL1, ESR_EL1 and FAR_EL1, pc from VBAR_EL1, PSTATE with interrupts masked.
 */
#include "fault/fault.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "pstate.h"
#include <libvmm/hooks.h>
#include <libvmm/vmm.h>

enum {
    SCTLR_SPAN = 1 << 23, /* exceptions do not change PAN */
    SCTLR_DSSBS_BIT = 44, /* value of SSBS in an exception */

    VECTOR_SP_EL0 = 0x000,
    VECTOR_SP_EL1 = 0x200,
    VECTOR_LOWER_AARCH64 = 0x400,
    VECTOR_LOWER_AARCH32 = 0x600
};

/* Bits that an exception does not change: the condition flags, DIT and PAN. UAO, SS, IL, BTYPE and
 * the bits of AArch32 become zero. */
static const uint64_t pstate_kept = UINT64_C(0xf) << 28 | PSTATE_DIT | PSTATE_PAN;

/* PSTATE at the vector (Arm ARM, AArch64.TakeException). */
static uint64_t pstate_in_vector(uint64_t pstate, uint64_t sctlr)
{
    uint64_t entered = (pstate & pstate_kept) | PSTATE_DAIF | PSTATE_M_EL1H;
    if (vmm_config.cpu_armv8 >= 1 && !(sctlr & SCTLR_SPAN))
        entered |= PSTATE_PAN;
    return entered | (sctlr >> SCTLR_DSSBS_BIT & 1 ? PSTATE_SSBS : 0);
}

static uint32_t vector_offset(uint64_t pstate)
{
    if (pstate & PSTATE_M_AARCH32)
        return VECTOR_LOWER_AARCH32;
    switch (pstate & PSTATE_M_MASK) {
    case PSTATE_M_EL1T: return VECTOR_SP_EL0;
    case PSTATE_M_EL1H: return VECTOR_SP_EL1;
    default: return VECTOR_LOWER_AARCH64;
    }
}

static bool from_el1(uint64_t pstate)
{
    return vector_offset(pstate) < VECTOR_LOWER_AARCH64;
}

/* word: pc, sp and pstate at the exception */
static enum fault_result take(size_t vcpu_id, const seL4_Word word[4], uint32_t esr, uint64_t far)
{
    uint64_t pstate = word[CONTEXT_SPSR];
    vcpu_need_registers(vcpu_id);
    kernel_write_vcpu(vcpu_id, seL4_VCPUReg_ELR_EL1, word[CONTEXT_PC]);
    kernel_write_vcpu(vcpu_id, seL4_VCPUReg_SPSR_EL1, pstate);
    kernel_write_vcpu(vcpu_id, seL4_VCPUReg_ESR, esr);

    uint64_t sctlr = kernel_read_vcpu(vcpu_id, seL4_VCPUReg_SCTLR);
    uint64_t vector = kernel_read_vcpu(vcpu_id, seL4_VCPUReg_VBAR) + vector_offset(pstate);
    seL4_SetMR(CONTEXT_SPSR + 2, pstate_in_vector(pstate, sctlr));
    kernel_write_context(vcpu_id, CONTEXT_SPSR + 1, vector, word[CONTEXT_SP], false);
    if (vmm_hooks.exception_injected)
        vmm_hooks.exception_injected(vcpu_id, esr, far);
    return FAULT_RESUME;
}

enum fault_result inject_undefined(size_t vcpu_id)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_SPSR + 1, word);
    return take(vcpu_id, word, EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL, 0);
}

static enum fault_result take_abort(size_t vcpu_id, uint32_t class, uint32_t iss, uint64_t far)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_SPSR + 1, word);
    if (from_el1(word[CONTEXT_SPSR]))
        class ++;
    kernel_write_vcpu(vcpu_id, seL4_VCPUReg_FAR, far);
    return take(vcpu_id, word, class << ESR_EC_SHIFT | ESR_IL | iss, far);
}

enum fault_result inject_data_abort(size_t vcpu_id, uint32_t iss, uint64_t far)
{
    return take_abort(vcpu_id, EC_DATA_ABORT, iss, far);
}

enum fault_result inject_instruction_abort(size_t vcpu_id, uint32_t iss)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, 1, word);
    return take_abort(vcpu_id, EC_INSTRUCTION_ABORT, iss, word[CONTEXT_PC]);
}
