/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seL4 invocations that libvmm makes, packed by hand: the generated stubs of libsel4 move all
 * 36 words of seL4_UserContext, an exit mostly needs one or two. Labels and message layout are
 * those of libsel4's object-api.xml; nothing else of libvmm makes a system call, apart from
 * microkit_irq_ack.
 */
#pragma once

#include <microkit.h>
#include <stddef.h>
#include <stdint.h>

/* Words of seL4_UserContext, counted from pc; a TCB call moves the first `count` of them. */
enum {
    CONTEXT_PC,
    CONTEXT_SP,   /* SP_EL0 */
    CONTEXT_SPSR, /* PSTATE of the vCPU */
    CONTEXT_X0,
    CONTEXT_X1,
    CONTEXT_X2,
    CONTEXT_X3,
    CONTEXT_WORDS = sizeof(seL4_UserContext) / sizeof(seL4_Word)
};

/* Where x0 to x30 lie in seL4_UserContext. */
extern const uint8_t context_gpr[31];

static inline seL4_Error kernel_result(seL4_MessageInfo_t tag)
{
    return (seL4_Error)seL4_MessageInfo_get_label(tag);
}

/* Leaves context words 0 to 3 in word[], those from 4 in the message registers of the same number.
 */
static inline void kernel_read_context(size_t vcpu_id, size_t count, seL4_Word word[4])
{
    word[0] = 0; /* don't suspend */
    word[1] = count;
    seL4_CallWithMRs(BASE_VM_TCB_CAP + vcpu_id, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2),
                     &word[0], &word[1], &word[2], &word[3]);
}

/* Message registers from 4 hold the context words from 2. */
static inline void kernel_write_context(size_t vcpu_id, size_t count, seL4_Word pc, seL4_Word sp,
                                        bool resume)
{
    seL4_Word flags = resume;
    seL4_Word words = count;
    seL4_CallWithMRs(BASE_VM_TCB_CAP + vcpu_id,
                     seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 2 + count), &flags, &words, &pc,
                     &sp);
}

static inline void kernel_tcb_call(size_t vcpu_id, seL4_Word label)
{
    seL4_CallWithMRs(BASE_VM_TCB_CAP + vcpu_id, seL4_MessageInfo_new(label, 0, 0, 0), NULL, NULL,
                     NULL, NULL);
}

/* Stops the vCPU. A fault that it waits to have answered is dropped. */
static inline void kernel_suspend(size_t vcpu_id)
{
    kernel_tcb_call(vcpu_id, TCBSuspend);
}

/* Lets the vCPU run at its pc, whether it was stopped or waits for the answer to a fault. */
static inline void kernel_resume(size_t vcpu_id)
{
    kernel_tcb_call(vcpu_id, TCBResume);
}

static inline uint64_t kernel_read_vcpu(size_t vcpu_id, seL4_VCPUReg reg)
{
    seL4_Word value = reg;
    seL4_CallWithMRs(BASE_VCPU_CAP + vcpu_id, seL4_MessageInfo_new(ARMVCPUReadReg, 0, 0, 1), &value,
                     NULL, NULL, NULL);
    return value;
}

static inline void kernel_write_vcpu(size_t vcpu_id, seL4_VCPUReg reg, uint64_t value)
{
    seL4_Word field = reg;
    seL4_CallWithMRs(BASE_VCPU_CAP + vcpu_id, seL4_MessageInfo_new(ARMVCPUWriteReg, 0, 0, 2),
                     &field, &value, NULL, NULL);
}

/*
 * Makes list register `index` pending with `intid`, with an interrupt at its end. Refused with
 * seL4_DeleteFirst while the kernel's copy of the register says active.
 */
static inline seL4_Error kernel_inject(size_t vcpu_id, uint32_t intid, uint8_t priority,
                                       uint8_t group, size_t index)
{
    seL4_Word virq =
        intid | (seL4_Word)priority << 16 | (seL4_Word)group << 24 | (seL4_Word)index << 32;
    return kernel_result(seL4_CallWithMRs(BASE_VCPU_CAP + vcpu_id,
                                          seL4_MessageInfo_new(ARMVCPUInjectIRQ, 0, 0, 1), &virq,
                                          NULL, NULL, NULL));
}

/* Unmasks a virtual PPI that seL4 masked when it fired. */
static inline void kernel_ack_vppi(size_t vcpu_id, uint32_t intid)
{
    seL4_Word irq = intid;
    seL4_CallWithMRs(BASE_VCPU_CAP + vcpu_id, seL4_MessageInfo_new(ARMVCPUAckVPPI, 0, 0, 1), &irq,
                     NULL, NULL, NULL);
}
