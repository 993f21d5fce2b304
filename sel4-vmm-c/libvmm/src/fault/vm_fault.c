/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 2 aborts: accesses to addresses without memory. */
#include "fault/decode.h"
#include "fault/fault.h"
#include "fault/mmio.h"
#include "fault/operand.h"
#include "fault/stage1.h"
#include "guest/vcpu.h"
#include "kernel_inject.h"
#include "pstate.h"

/*
 * Puts the value of a load into a register and advances the pc. A write of registers covers the
 * context from its start, so the words before the register are read first; in the message they
 * are two words further on. For an AArch32 guest, seL4 would switch to AArch64.
 */
static enum fault_result finish_load(const struct vm_fault *fault, unsigned n, uint64_t value)
{
    if (n == REGISTER_31) {
        advance(fault->vcpu_id);
        return FAULT_RESUME;
    }
    seL4_Word word[4];
    int at = context_gpr[n];
    kernel_read_context(fault->vcpu_id, (size_t)at + 1, word);
    if (word[CONTEXT_SPSR] & PSTATE_M_AARCH32)
        return vm_fault_refuse(fault);
    for (int i = at - 1; i >= 4; i--)
        seL4_SetMR(i + 2, seL4_GetMR(i));
    seL4_SetMR(CONTEXT_SPSR + 2, word[CONTEXT_SPSR] & ~(seL4_Word)PSTATE_SS);
    seL4_SetMR(CONTEXT_X0 + 2, word[CONTEXT_X0]);
    seL4_SetMR(at + 2, value);
    kernel_write_context(fault->vcpu_id, (size_t)at + 1, fault->pc + INSTRUCTION_BYTES,
                         word[CONTEXT_SP], false);
    return FAULT_RESUME;
}

static __attribute__((noinline)) enum fault_result read_gic(const struct vm_fault *fault,
                                                            size_t bytes)
{
    uint32_t esr = fault->esr;
    uint64_t value = mmio_gic_read(fault->vcpu_id, fault->ipa, bytes);
    value = extend_load(value, bytes, esr & ISS_SSE, esr & ISS_SF);
    return finish_load(fault, esr >> ISS_SRT_SHIFT & 0x1f, value);
}

static enum fault_result write_gic(const struct vm_fault *fault, size_t bytes)
{
    seL4_Word word[4];
    uint64_t value = read_operand(fault->vcpu_id, fault->esr >> ISS_SRT_SHIFT & 0x1f, word);
    kernel_ride_begin();
    mmio_gic_write(fault->vcpu_id, fault->ipa, bytes, value);
    bool rides = kernel_ride_end();
    advance_from(fault->vcpu_id, fault->pc, word, rides);
    return rides ? FAULT_HOLD : FAULT_RESUME;
}

static __attribute__((noinline)) enum fault_result access_range(const struct vm_fault *fault,
                                                                const struct mmio_range *range)
{
    size_t vcpu_id = fault->vcpu_id;
    uint32_t starts = guest.vcpu[vcpu_id].starts;
    seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, &regs);
    bool done = range->callback(vcpu_id, (size_t)(fault->ipa - range->base), fault->esr, &regs,
                                range->data);
    if (guest.vcpu[vcpu_id].starts != starts)
        return FAULT_HOLD; /* the handler has ended or restarted the guest */
    if (!done)
        return vm_fault_refuse(fault);
    regs.pc += INSTRUCTION_BYTES;
    regs.spsr &= ~(seL4_Word)PSTATE_SS;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, &regs);
    return FAULT_RESUME;
}

/* An instruction fetch from an address without memory, or through a table without memory. If the
 * tables have changed since, the CPU fetches again. */
static __attribute__((noinline)) enum fault_result fetch_abort(const struct vm_fault *fault)
{
    if (!(fault->esr & ISS_S1PTW))
        return inject_instruction_abort(fault->vcpu_id, FSC_EXTERNAL);
    seL4_Word word[4];
    struct stage1 stage1;
    kernel_read_context(fault->vcpu_id, CONTEXT_SPSR + 1, word);
    stage1_begin(&stage1, fault->vcpu_id, word[CONTEXT_SPSR]);
    struct stage1_place place = stage1_translate(&stage1, fault->pc, STAGE1_EXECUTE, false);
    return place.mapped ? FAULT_RESUME : inject_instruction_abort(fault->vcpu_id, place.status);
}

static bool is_stage2_fault(uint32_t esr)
{
    uint32_t status = esr & ISS_FSC_MASK & ~3u;
    return status >= FSC_TRANSLATION && status <= FSC_PERMISSION;
}

enum fault_result vm_fault(size_t vcpu_id)
{
    const struct vm_fault fault = {
        .vcpu_id = vcpu_id,
        .pc = microkit_mr_get(seL4_VMFault_IP),
        .ipa = microkit_mr_get(seL4_VMFault_Addr),
        .esr = (uint32_t)microkit_mr_get(seL4_VMFault_FSR),
    };
    if (microkit_mr_get(seL4_VMFault_PrefetchFault))
        return fetch_abort(&fault);
    if ((fault.esr & (ISS_CM | ISS_S1PTW)) == ISS_CM) { /* no cache has a copy of it */
        advance(vcpu_id);
        return FAULT_RESUME;
    }
    /* IL: 16-bit instructions are not A64 */
    uint32_t plain = ISS_ISV | ESR_IL;
    if ((fault.esr & (plain | ISS_S1PTW)) == plain && is_stage2_fault(fault.esr)) {
        size_t bytes = (size_t)1 << (fault.esr >> ISS_SAS_SHIFT & 3);
        if (mmio_is_gic(fault.ipa, bytes))
            return fault.esr & ISS_WNR ? write_gic(&fault, bytes) : read_gic(&fault, bytes);
        const struct mmio_range *range = mmio_find(fault.ipa, bytes);
        if (range)
            return access_range(&fault, range);
    }
    return vm_fault_decode(&fault);
}
