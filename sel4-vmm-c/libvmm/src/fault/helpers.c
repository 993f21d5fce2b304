/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that VMMs for au-ts/libvmm 0.1.0 call besides the API. libvmm itself does not use them.
 */
#include "fault/fault.h"
#include "kernel.h"
#include <libvmm/arch/aarch64/fault.h>

uint64_t fault_emulate(seL4_UserContext *regs, uint64_t reg, uint64_t addr, uint64_t fsr,
                       uint64_t reg_val)
{
    (void)regs;
    uint64_t mask = fault_get_data_mask(addr, fsr);
    unsigned shift = addr % 4 * 8;
    if (fault_is_read(fsr))
        return (reg & ~(mask >> shift)) | (reg_val & mask) >> shift;
    return (reg & ~mask) | (reg_val << shift & mask);
}

bool fault_advance_vcpu(size_t vcpu_id, seL4_UserContext *regs)
{
    regs->pc += INSTRUCTION_BYTES;
    return seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, regs) ==
           seL4_NoError;
}

bool fault_advance(size_t vcpu_id, seL4_UserContext *regs, uint64_t addr, uint64_t fsr,
                   uint64_t reg_val)
{
    fault_emulate_write(regs, addr, fsr, reg_val);
    return fault_advance_vcpu(vcpu_id, regs);
}

char *fault_to_string(seL4_Word fault_label)
{
    switch (fault_label) {
    case seL4_Fault_VMFault: return "VMFault";
    case seL4_Fault_UnknownSyscall: return "UnknownSyscall";
    case seL4_Fault_UserException: return "UserException";
    case seL4_Fault_VGICMaintenance: return "VGICMaintenance";
    case seL4_Fault_VCPUFault: return "VCPUFault";
    case seL4_Fault_VPPIEvent: return "VPPIEvent";
    default: return "unknown fault";
    }
}
