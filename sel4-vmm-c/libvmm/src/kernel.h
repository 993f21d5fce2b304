/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seL4 invocations of libvmm, packed by hand: the generated stubs of libsel4 copy all 36 words
 * of seL4_UserContext, while an exit usually needs one or two. Labels and message layout follow
 * libsel4's object-api.xml. libvmm makes no other system calls except microkit_irq_ack.
 *
 * On one core a vCPU runs only while the VMM waits, because the VMM has the higher priority. It has
 * at most one fault, the one that the VMM handles. A vCPU on another core also runs while the VMM
 * does, until it faults. Its fault then waits for the VMM, and three things hold:
 *
 *   - kernel_suspend() and kernel_resume() drop a fault that waits. The instruction is executed
 *     again, so an access, a call or a WFI is not lost. A level-sensitive interrupt of the list
 *     registers comes again. The event of a virtual PPI does not: vtimer_event_dropped().
 *   - After kernel_suspend() the vCPU does not run: the kernel waits for the other core.
 *   - EL1 registers of a vCPU that is loaded on another core can be neither read nor written:
 *     vcpu_need_registers().
 */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KERNEL_CORES = CONFIG_MAX_NUM_NODES
};

/* Words of seL4_UserContext, counted from pc. A TCB call copies the first `count` of them. */
enum {
    CONTEXT_PC,
    CONTEXT_SP,   /* SP_EL0 */
    CONTEXT_SPSR, /* PSTATE of the vCPU */
    CONTEXT_X0,
    CONTEXT_X1,
    CONTEXT_X2,
    CONTEXT_X3,
    CONTEXT_X4,
    CONTEXT_WORDS = sizeof(seL4_UserContext) / sizeof(seL4_Word)
};

/* Positions of x0 to x30 in seL4_UserContext. */
extern const uint8_t context_gpr[31];

/*
 * A system call whose result is not needed. seL4 performs it for a Send as for a Call, and a Send
 * saves the reply and the attempt at the IPC fast path.
 */
static inline void kernel_send(seL4_CPtr cap, seL4_Word label, size_t length, seL4_Word mr0,
                               seL4_Word mr1, seL4_Word mr2, seL4_Word mr3)
{
    seL4_SendWithMRs(cap, seL4_MessageInfo_new(label, 0, 0, length), &mr0, &mr1, &mr2, &mr3);
}

/* Reads context words 0 to 3 into word[], and words from 4 on into the message registers of the
 * same number. */
static inline void kernel_read_context(size_t vcpu_id, size_t count, seL4_Word word[4])
{
    word[0] = 0; /* do not suspend */
    word[1] = count;
    seL4_CallWithMRs(BASE_VM_TCB_CAP + vcpu_id, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2),
                     &word[0], &word[1], &word[2], &word[3]);
}

/* Writes the first `count` context words: pc, sp, and from word 2 on the message registers from 4.
 */
static inline void kernel_write_context(size_t vcpu_id, size_t count, seL4_Word pc, seL4_Word sp,
                                        bool resume)
{
    kernel_send(BASE_VM_TCB_CAP + vcpu_id, TCBWriteRegisters, 2 + count, resume, count, pc, sp);
}

/* Stops the vCPU. A fault that waits for a reply, or to be received, is dropped. */
static inline void kernel_suspend(size_t vcpu_id)
{
    kernel_send(BASE_VM_TCB_CAP + vcpu_id, TCBSuspend, 0, 0, 0, 0, 0);
}

/* Resumes the vCPU at its pc, whether it was stopped, or waits for the reply to a fault or for the
 * fault to be received. */
static inline void kernel_resume(size_t vcpu_id)
{
    kernel_send(BASE_VM_TCB_CAP + vcpu_id, TCBResume, 0, 0, 0, 0, 0);
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
    kernel_send(BASE_VCPU_CAP + vcpu_id, ARMVCPUWriteReg, 2, reg, value, 0, 0);
}

/* Unmasks a virtual PPI, which seL4 has masked when it fired. */
static inline void kernel_ack_vppi(size_t vcpu_id, uint32_t intid)
{
    kernel_send(BASE_VCPU_CAP + vcpu_id, ARMVCPUAckVPPI, 1, intid, 0, 0, 0);
}
