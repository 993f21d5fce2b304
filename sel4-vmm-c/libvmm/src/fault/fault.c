/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults by their label. */
#include "fault/fault.h"
#include "gic/gic.h"
#include "guest/timer.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/hooks.h>

void advance(size_t vcpu_id, uint64_t pc)
{
    kernel_write_context(vcpu_id, 1, pc + INSTRUCTION_BYTES, 0, false);
}

static enum fault_result handle_vm_fault(size_t vcpu_id)
{
    return vm_fault(&(struct vm_fault){
        .vcpu_id = vcpu_id,
        .pc = microkit_mr_get(seL4_VMFault_IP),
        .ipa = microkit_mr_get(seL4_VMFault_Addr),
        .esr = (uint32_t)microkit_mr_get(seL4_VMFault_FSR),
        .fetch = microkit_mr_get(seL4_VMFault_PrefetchFault) != 0,
    });
}

static enum fault_result handle_vcpu_fault(size_t vcpu_id)
{
    return vcpu_fault(vcpu_id, (uint32_t)microkit_mr_get(seL4_VCPUFault_HSR));
}

static enum fault_result handle_maintenance(size_t vcpu_id)
{
    gic_end_of_interrupt(vcpu_id, microkit_mr_get(seL4_VGICMaintenance_IDX));
    return FAULT_RESUME;
}

static enum fault_result handle_vppi_event(size_t vcpu_id)
{
    vtimer_event(vcpu_id, microkit_mr_get(seL4_VPPIEvent_IRQ));
    return FAULT_RESUME;
}

/*
 * HVC is taken by seL4 as a system call of the guest's. Whatever it was meant to be, the machine
 * that the guest believes to run on has no EL2, where HVC is undefined (its PSCI conduit is SMC).
 */
static enum fault_result handle_hvc(size_t vcpu_id)
{
    return inject_undefined(vcpu_id);
}

/* A trapped instruction of unknown reason. */
static enum fault_result handle_user_exception(size_t vcpu_id)
{
    return inject_undefined(vcpu_id);
}

static enum fault_result (*const handlers[])(size_t vcpu_id) = {
    [seL4_Fault_CapFault] = handle_hvc,
    [seL4_Fault_UnknownSyscall] = handle_hvc,
    [seL4_Fault_UserException] = handle_user_exception,
    [seL4_Fault_VMFault] = handle_vm_fault,
    [seL4_Fault_VGICMaintenance] = handle_maintenance,
    [seL4_Fault_VCPUFault] = handle_vcpu_fault,
    [seL4_Fault_VPPIEvent] = handle_vppi_event,
};

static enum fault_result dispatch(size_t vcpu_id, size_t label)
{
    if (guest.vcpu[vcpu_id].state == VCPU_CLEANING && label != seL4_Fault_VGICMaintenance) {
        guest_reset_done(vcpu_id); /* by its SMC; or it met something that it should not */
        return FAULT_HOLD;
    }
    if (label >= sizeof(handlers) / sizeof(handlers[0]) || !handlers[label])
        return FAULT_HOLD; /* none that a guest can cause */
    return handlers[label](vcpu_id);
}

bool fault_handle(size_t vcpu_id, microkit_msginfo msginfo)
{
    if (vcpu_id >= vmm_config.vcpus)
        return false;
    size_t label = microkit_msginfo_get_label(msginfo);
    struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    uint32_t starts = vcpu->starts;
    bool resume = dispatch(vcpu_id, label) == FAULT_RESUME;
    if (vmm_config.vcpus > 1)
        vcpu_wake_due();
    resume = resume && vcpu->starts == starts && !guest.paused;
    if (vmm_hooks.fault_handled)
        vmm_hooks.fault_handled(vcpu_id, label, resume);
    return resume;
}
