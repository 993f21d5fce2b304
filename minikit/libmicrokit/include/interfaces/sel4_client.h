/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of the objects for which a protection domain can have capabilities. */
#pragma once

#include <sel4/invocation.h>
#include <sel4/syscalls.h>

/* Words of seL4_UserContext. */
#define SEL4_USER_CONTEXT_WORDS (sizeof(seL4_UserContext) / sizeof(seL4_Word))

/* Invocations with up to four words. Details of an error are put into the IPC buffer. */
LIBSEL4_INLINE_FUNC seL4_Error seL4_internal_invoke(seL4_CPtr service, seL4_Word label,
                                                    seL4_Word length, seL4_Word mr0, seL4_Word mr1)
{
    seL4_MessageInfo_t tag = seL4_MessageInfo_new(label, 0, 0, length);
    seL4_Word mr2 = 0, mr3 = 0;
    tag = seL4_CallWithMRs(service, tag, &mr0, &mr1, &mr2, &mr3);
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(tag);
    if (error != seL4_NoError) {
        seL4_SetMR(0, mr0);
        seL4_SetMR(1, mr1);
    }
    return error;
}

LIBSEL4_INLINE seL4_Error seL4_TCB_Suspend(seL4_TCB service)
{
    return seL4_internal_invoke(service, TCBSuspend, 0, 0, 0);
}

LIBSEL4_INLINE seL4_Error seL4_TCB_Resume(seL4_TCB service)
{
    return seL4_internal_invoke(service, TCBResume, 0, 0, 0);
}

/* Reads the first `count` (1 to 36) words of `regs`. The others are not changed. */
LIBSEL4_INLINE seL4_Error seL4_TCB_ReadRegisters(seL4_TCB service, seL4_Bool suspend_source,
                                                 seL4_Uint8 arch_flags, seL4_Word count,
                                                 seL4_UserContext *regs)
{
    seL4_MessageInfo_t tag = seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2);
    seL4_Word mr[4] = {(seL4_Word)(suspend_source & 1) | (seL4_Word)arch_flags << 8, count, 0, 0};
    tag = seL4_CallWithMRs(service, tag, &mr[0], &mr[1], &mr[2], &mr[3]);
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(tag);
    for (seL4_Word i = 0; error != seL4_NoError && i < 4; i++) {
        seL4_SetMR((int)i, mr[i]);
    }
    seL4_Word *words = &regs->pc;
    for (seL4_Word i = 0; error == seL4_NoError && i < count && i < SEL4_USER_CONTEXT_WORDS; i++) {
        words[i] = i < 4 ? mr[i] : seL4_GetMR((int)i);
    }
    return error;
}

/* Writes the first `count` (at most 36) words of `regs`. */
LIBSEL4_INLINE seL4_Error seL4_TCB_WriteRegisters(seL4_TCB service, seL4_Bool resume_target,
                                                  seL4_Uint8 arch_flags, seL4_Word count,
                                                  seL4_UserContext *regs)
{
    const seL4_Word *words = &regs->pc;
    seL4_Word sent = count < SEL4_USER_CONTEXT_WORDS ? count : SEL4_USER_CONTEXT_WORDS;
    seL4_MessageInfo_t tag = seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 2 + sent);
    seL4_Word mr0 = (seL4_Word)(resume_target & 1) | (seL4_Word)arch_flags << 8;
    seL4_Word mr1 = count;
    seL4_Word mr2 = sent > 0 ? words[0] : 0;
    seL4_Word mr3 = sent > 1 ? words[1] : 0;
    for (seL4_Word i = 2; i < sent; i++) {
        seL4_SetMR((int)i + 2, words[i]);
    }
    tag = seL4_CallWithMRs(service, tag, &mr0, &mr1, &mr2, &mr3);
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(tag);
    if (error != seL4_NoError) {
        seL4_SetMR(0, mr0);
        seL4_SetMR(1, mr1);
    }
    return error;
}

LIBSEL4_INLINE seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler service)
{
    return seL4_internal_invoke(service, IRQAckIRQ, 0, 0, 0);
}

/* Cache maintenance by address in this protection domain; the range must lie in one page. */
LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Clean_Data(seL4_ARM_VSpace service, seL4_Word start,
                                                     seL4_Word end)
{
    return seL4_internal_invoke(service, ARMVSpaceClean_Data, 2, start, end);
}

LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Invalidate_Data(seL4_ARM_VSpace service, seL4_Word start,
                                                          seL4_Word end)
{
    return seL4_internal_invoke(service, ARMVSpaceInvalidate_Data, 2, start, end);
}

LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_CleanInvalidate_Data(seL4_ARM_VSpace service,
                                                               seL4_Word start, seL4_Word end)
{
    return seL4_internal_invoke(service, ARMVSpaceCleanInvalidate_Data, 2, start, end);
}

LIBSEL4_INLINE seL4_Error seL4_ARM_VSpace_Unify_Instruction(seL4_ARM_VSpace service,
                                                            seL4_Word start, seL4_Word end)
{
    return seL4_internal_invoke(service, ARMVSpaceUnify_Instruction, 2, start, end);
}

#ifdef CONFIG_ALLOW_SMC_CALLS
/* Makes an SMC with these registers, and returns its results. */
LIBSEL4_INLINE seL4_Error seL4_ARM_SMC_Call(seL4_ARM_SMC service, seL4_ARM_SMCContext *smc_args,
                                            seL4_ARM_SMCContext *smc_response)
{
    const seL4_Word *args = &smc_args->x0;
    seL4_Word *response = &smc_response->x0;
    const seL4_Word count = sizeof(*smc_args) / sizeof(*args);
    seL4_Word mr[4] = {args[0], args[1], args[2], args[3]};
    seL4_MessageInfo_t tag = seL4_MessageInfo_new(ARMSMCCall, 0, 0, count);
    for (seL4_Word i = 4; i < count; i++) {
        seL4_SetMR((int)i, args[i]);
    }
    tag = seL4_CallWithMRs(service, tag, &mr[0], &mr[1], &mr[2], &mr[3]);
    seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(tag);
    for (seL4_Word i = 0; error != seL4_NoError && i < 4; i++) {
        seL4_SetMR((int)i, mr[i]);
    }
    for (seL4_Word i = 0; error == seL4_NoError && i < count; i++) {
        response[i] = i < 4 ? mr[i] : seL4_GetMR((int)i);
    }
    return error;
}
#endif

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
/* Makes `virq` pending in list register `index`. priority: 0 to 31; group: 0 or 1. */
LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_InjectIRQ(seL4_ARM_VCPU service, seL4_Uint16 virq,
                                                  seL4_Uint8 priority, seL4_Uint8 group,
                                                  seL4_Uint8 index)
{
    seL4_Word word = (seL4_Word)virq | (seL4_Word)priority << 16 | (seL4_Word)group << 24 |
                     (seL4_Word)index << 32;
    return seL4_internal_invoke(service, ARMVCPUInjectIRQ, 1, word, 0);
}

LIBSEL4_INLINE seL4_ARM_VCPU_ReadRegs_t seL4_ARM_VCPU_ReadRegs(seL4_ARM_VCPU service,
                                                               seL4_VCPUReg field)
{
    seL4_ARM_VCPU_ReadRegs_t result;
    seL4_MessageInfo_t tag = seL4_MessageInfo_new(ARMVCPUReadReg, 0, 0, 1);
    seL4_Word mr[4] = {(seL4_Word)field, 0, 0, 0};
    tag = seL4_CallWithMRs(service, tag, &mr[0], &mr[1], &mr[2], &mr[3]);
    result.error = (int)seL4_MessageInfo_get_label(tag);
    result.value = mr[0];
    if (result.error != seL4_NoError) {
        seL4_SetMR(0, mr[0]);
        seL4_SetMR(1, mr[1]);
    }
    return result;
}

LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_WriteRegs(seL4_ARM_VCPU service, seL4_VCPUReg field,
                                                  seL4_Word value)
{
    return seL4_internal_invoke(service, ARMVCPUWriteReg, 2, (seL4_Word)field, value);
}

LIBSEL4_INLINE seL4_Error seL4_ARM_VCPU_AckVPPI(seL4_ARM_VCPU service, seL4_Word irq)
{
    return seL4_internal_invoke(service, ARMVCPUAckVPPI, 1, irq, 0);
}
#endif
