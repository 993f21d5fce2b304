/* SPDX-License-Identifier: BSD-2-Clause */
/* Dispatches faults by label. */
#include "fault/fault.h"
#include "gic/gic.h"
#include "guest/timer.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "pstate.h"
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/hooks.h>

/* A single step over this instruction is over (Arm ARM, D2.12.4). */
static __attribute__((noinline)) void advance_step(size_t vcpu_id, uint64_t pc,
                                                   const seL4_Word word[4], bool resume)
{
    seL4_SetMR(CONTEXT_SPSR + 2, word[CONTEXT_SPSR] & ~(seL4_Word)PSTATE_SS);
    kernel_write_context(vcpu_id, CONTEXT_SPSR + 1, pc + INSTRUCTION_BYTES, word[CONTEXT_SP],
                         resume);
}

void advance_from(size_t vcpu_id, uint64_t pc, const seL4_Word word[4], bool resume)
{
    if (word[CONTEXT_SPSR] & PSTATE_SS)
        advance_step(vcpu_id, pc, word, resume);
    else
        kernel_write_context(vcpu_id, 1, pc + INSTRUCTION_BYTES, 0, resume);
}

void advance(size_t vcpu_id)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_SPSR + 1, word);
    advance_from(vcpu_id, word[CONTEXT_PC], word, false);
}

static enum fault_result handle_vcpu_fault(size_t vcpu_id)
{
    return vcpu_fault(vcpu_id, (uint32_t)microkit_mr_get(seL4_VCPUFault_HSR));
}

static enum fault_result handle_maintenance(size_t vcpu_id)
{
    size_t index = microkit_mr_get(seL4_VGICMaintenance_IDX);
    if (guest.leaving)
        gic_withdrawn(vcpu_id, index, guest_reset_takes(vcpu_id));
    else
        gic_end_of_interrupt(vcpu_id, index);
    return FAULT_RESUME;
}

static enum fault_result handle_vppi_event(size_t vcpu_id)
{
    vtimer_event(vcpu_id, microkit_mr_get(seL4_VPPIEvent_IRQ));
    return FAULT_RESUME;
}

/* Whether id is an SMCCC function identifier: a fast call, reserved bits 0 (DEN0028, 2.5). */
static bool is_smccc(uint32_t id)
{
    return id >> 31 && !(id >> 17 & 0x7f);
}

/*
 * seL4 treats an HVC as a system call of the guest, with its number in x7. Unknown system calls,
 * and those on a capability that the guest does not have, become faults. PSCI and SMCCC calls are
 * handled as for an SMC. Any other HVC is undefined, because the guest's machine has no EL2.
 */
static enum fault_result handle_hvc(size_t vcpu_id)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_X0 + 1, word);
    return is_smccc((uint32_t)word[CONTEXT_X0]) ? psci_call(vcpu_id) : inject_undefined(vcpu_id);
}

/* An instruction that trapped for an unknown reason. */
static enum fault_result handle_user_exception(size_t vcpu_id)
{
    return inject_undefined(vcpu_id);
}

static enum fault_result handle(size_t vcpu_id, size_t label)
{
    switch (label) {
    case seL4_Fault_VMFault: return vm_fault(vcpu_id);
    case seL4_Fault_VGICMaintenance: return handle_maintenance(vcpu_id);
    case seL4_Fault_VCPUFault: return handle_vcpu_fault(vcpu_id);
    case seL4_Fault_VPPIEvent: return handle_vppi_event(vcpu_id);
    case seL4_Fault_CapFault:
    case seL4_Fault_UnknownSyscall: return handle_hvc(vcpu_id);
    case seL4_Fault_UserException: return handle_user_exception(vcpu_id);
    default: return FAULT_HOLD; /* a guest cannot cause any other */
    }
}

/* A handler of the program may pause or restart the guest. The kernel has then dropped the fault,
 * so there must be no reply. */
static enum fault_result dispatch(size_t vcpu_id, size_t label)
{
    const struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    uint32_t changes = vcpu->changes;
    enum fault_result result = handle(vcpu_id, label);
    return vcpu->changes == changes ? result : FAULT_HOLD;
}

/*
 * Whether the reset program is done: at its SMC, and at any fault that it should not cause. On its
 * way it ends interrupts, and ICC_SRE_EL1 may trap.
 */
static bool ends_cleaning(size_t label)
{
    if (label != seL4_Fault_VCPUFault)
        return label != seL4_Fault_VGICMaintenance;
    return microkit_mr_get(seL4_VCPUFault_HSR) >> ESR_EC_SHIFT != EC_SYSREG;
}

/*
 * A polling vCPU has executed its WFI again, or an event ends its wait. Any other fault must be a
 * fetch of the instruction after the WFI, so the vCPU continues.
 *
 * Returns whether the event must still be handled. Otherwise *resume is the result.
 */
static __attribute__((noinline)) bool leave_wfi(size_t vcpu_id, size_t label, bool *resume)
{
    if (label == seL4_Fault_VCPUFault) {
        *resume = vcpu_poll(vcpu_id);
        return false;
    }
    vcpu_end_wait(vcpu_id, false);
    *resume = true;
    return label == seL4_Fault_VPPIEvent || label == seL4_Fault_VGICMaintenance;
}

/* Kept short for the common exit: one test of the state, and one dispatch. */
static inline bool take_exit(size_t vcpu_id, size_t label)
{
    enum vcpu_state state = guest.vcpu[vcpu_id].state;
    if (__builtin_expect(state != VCPU_ON, false)) {
        if (state == VCPU_CLEANING && ends_cleaning(label))
            return guest_reset_done(vcpu_id);
        bool resume;
        if (state == VCPU_POLLING) {
            gic_look_at_timer(vcpu_id);
            if (!leave_wfi(vcpu_id, label, &resume))
                return resume;
        }
    } else {
        gic_look_at_timer(vcpu_id);
    }
    return dispatch(vcpu_id, label) == FAULT_RESUME;
}

bool fault_handle(size_t vcpu_id, microkit_msginfo msginfo)
{
    if (vcpu_id >= vmm_config.vcpus)
        return false;
    size_t label = microkit_msginfo_get_label(msginfo);
    bool resume = take_exit(vcpu_id, label);
    if (vmm_config.vcpus > 1)
        vcpu_look_at_timers(vcpu_id);
    if (vmm_hooks.fault_handled)
        vmm_hooks.fault_handled(vcpu_id, label, resume);
    return resume;
}
