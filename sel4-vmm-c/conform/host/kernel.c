/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seL4 invocations that a VMM uses, with the behaviour of seL4: labels, message registers, and
 * refusals.
 */
#include "report.h"
#include "subject.h"
#include "vcpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vcpu vcpus[HOST_VCPUS];
static size_t loaded_vcpu;
unsigned gic_version = 2;
seL4_Word kernel_refused;

static seL4_IPCBuffer buffer;
seL4_IPCBuffer *__sel4_ipc_buffer = &buffer;
char microkit_name[MICROKIT_PD_NAME_LENGTH] = "vmm";
seL4_Word microkit_irqs = 0x1ff, microkit_notifications, microkit_pps;
seL4_Bool microkit_have_signal;
seL4_CPtr microkit_signal_cap;
seL4_MessageInfo_t microkit_signal_msg;

enum {
    CONTEXT_WORDS = sizeof(seL4_UserContext) / sizeof(seL4_Word),
    RESUME = 1,
    ENTRY_WORDS = 3, /* pc, sp, spsr: a start writes more, a resumption from a wait less */
    WORDS_AHEAD = 2, /* message registers before the context's words in WriteRegisters */
    LIST_PRIORITIES = 32,
    LIST_INTIDS = 1024,
    VIRTUAL_TIMER = 27
};

const uint8_t context_place[GPRS] = {3,  4,  5,  6,  7,  8,  9,  10, 11, 17, 18, 19, 20, 21, 22, 23,
                                     12, 13, 14, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 15, 16};

void kernel_reset(void)
{
    memset(vcpus, 0, sizeof(vcpus));
    for (size_t i = 0; i < HOST_VCPUS; i++)
        gicv_reset(&vcpus[i].gicv, gic_version);
    loaded_vcpu = 0;
    kernel_refused = 0;
}

void kernel_switch(size_t vcpu_id)
{
    if (vcpu_id == loaded_vcpu)
        return;
    struct vcpu *old = &vcpus[loaded_vcpu];
    for (size_t i = 0; i < GICV_LIST_REGISTERS; i++)
        old->list_active[i] = old->gicv.lists[i].active && !old->gicv.lists[i].pending;
    loaded_vcpu = vcpu_id;
}

static seL4_Error read_registers(struct vcpu *vcpu, seL4_internal_regs *regs)
{
    seL4_Word count = regs->mr[1];
    const seL4_Word *words = &vcpu->context.pc;
    if (count < 1 || count > CONTEXT_WORDS)
        return seL4_RangeError;
    for (seL4_Word i = 0; i < count; i++) {
        if (i < seL4_FastMessageRegisters)
            regs->mr[i] = words[i];
        else
            buffer.msg[i] = words[i];
    }
    return seL4_NoError;
}

static void resume(struct vcpu *vcpu)
{
    if (vcpu->state != THREAD_RUNNING)
        vcpu->state = THREAD_RUNNING;
}

static seL4_Error write_registers(struct vcpu *vcpu, seL4_Word length, seL4_internal_regs *regs)
{
    seL4_Word count = regs->mr[1];
    seL4_Word *words = &vcpu->context.pc;
    if (length < WORDS_AHEAD || count > length - WORDS_AHEAD)
        return seL4_TruncatedMessage;
    for (seL4_Word i = 0; i < count && i < CONTEXT_WORDS; i++) {
        seL4_Word at = i + WORDS_AHEAD;
        words[i] = at < seL4_FastMessageRegisters ? regs->mr[at] : buffer.msg[at];
    }
    if (count > ENTRY_WORDS && vcpu->state == THREAD_SUSPENDED)
        vcpu->fresh = true;
    if (regs->mr[0] & RESUME)
        resume(vcpu);
    return seL4_NoError;
}

static seL4_Error invoke_tcb(size_t id, seL4_Word label, seL4_Word length, seL4_internal_regs *regs)
{
    struct vcpu *vcpu = &vcpus[id];
    switch (label) {
    case TCBReadRegisters: return length < 2 ? seL4_TruncatedMessage : read_registers(vcpu, regs);
    case TCBWriteRegisters: return write_registers(vcpu, length, regs);
    case TCBSuspend: vcpu->state = THREAD_SUSPENDED; return seL4_NoError;
    case TCBResume: resume(vcpu); return seL4_NoError;
    default: return seL4_IllegalOperation;
    }
}

static seL4_Error inject(size_t id, seL4_Word word)
{
    struct vcpu *vcpu = &vcpus[id];
    uint16_t intid = (uint16_t)word;
    uint8_t priority = (uint8_t)(word >> 16), group = (uint8_t)(word >> 24);
    uint8_t index = (uint8_t)(word >> 32);
    seL4_Error error = seL4_NoError;
    if (intid >= LIST_INTIDS || priority >= LIST_PRIORITIES || group > 1 ||
        index >= GICV_LIST_REGISTERS)
        error = seL4_RangeError;
    else if (vcpu->list_active[index])
        error = seL4_DeleteFirst;
    else
        vcpu->gicv.lists[index] = (struct list_register){intid, priority, group, true, false, true};
    struct event_load event = {EVENT_LOAD, (uint8_t)id, index, intid, priority, group, !error};
    report(&event, sizeof(event));
    return error;
}

static seL4_Error ack_vppi(size_t id, seL4_Word irq)
{
    struct event_vppi_ack event = {EVENT_VPPI_ACK, (uint8_t)id, (uint16_t)irq};
    if (irq != VIRTUAL_TIMER)
        return seL4_InvalidArgument;
    vcpus[id].timer_masked = false;
    report(&event, sizeof(event));
    return seL4_NoError;
}

static seL4_Error invoke_vcpu(size_t id, seL4_Word label, seL4_Word length,
                              seL4_internal_regs *regs)
{
    if (length < 1)
        return seL4_TruncatedMessage;
    seL4_Word *system = vcpus[id].system;
    switch (label) {
    case ARMVCPUInjectIRQ: return inject(id, regs->mr[0]);
    case ARMVCPUAckVPPI: return ack_vppi(id, regs->mr[0]);
    case ARMVCPUReadReg:
        if (regs->mr[0] >= seL4_VCPUReg_Num)
            return seL4_InvalidArgument;
        regs->mr[0] = system[regs->mr[0]];
        return seL4_NoError;
    case ARMVCPUWriteReg:
        if (length < 2 || regs->mr[0] >= seL4_VCPUReg_Num)
            return seL4_InvalidArgument;
        system[regs->mr[0]] = regs->mr[1];
        return seL4_NoError;
    default: return seL4_IllegalOperation;
    }
}

static seL4_Error invoke_irq(size_t channel, seL4_Word label)
{
    struct event_irq_ack event = {EVENT_IRQ_ACK, (uint32_t)channel};
    if (label != IRQAckIRQ)
        return seL4_IllegalOperation;
    report(&event, sizeof(event));
    return seL4_NoError;
}

static seL4_Error invoke(seL4_Word label, seL4_Word length, seL4_internal_regs *regs)
{
    seL4_Word cap = regs->dest;
    if (cap - BASE_VM_TCB_CAP < HOST_VCPUS)
        return invoke_tcb(cap - BASE_VM_TCB_CAP, label, length, regs);
    if (cap - BASE_VCPU_CAP < HOST_VCPUS)
        return invoke_vcpu(cap - BASE_VCPU_CAP, label, length, regs);
    if (cap - BASE_IRQ_CAP < MICROKIT_MAX_CHANNELS)
        return invoke_irq(cap - BASE_IRQ_CAP, label);
    return seL4_InvalidCapability;
}

seL4_internal_regs seL4_internal_syscall(seL4_Word number, seL4_internal_regs regs)
{
    seL4_MessageInfo_t info = {{regs.info}};
    seL4_internal_regs reply = regs;
    switch ((long)number) {
    case seL4_SysCall:
    case seL4_SysSend: /* the same without a result */
    case seL4_SysNBSend: break;
    default: fprintf(stderr, "no VMM library makes system call %ld\n", (long)number); abort();
    }
    seL4_Word label = seL4_MessageInfo_get_label(info);
    seL4_Error error = invoke(label, seL4_MessageInfo_get_length(info), &reply);
    if (error != seL4_NoError) {
        kernel_refused = label;
        struct event_refused event = {EVENT_REFUSED, (uint32_t)label, error};
        report(&event, sizeof(event));
    }
    if ((long)number != seL4_SysCall)
        return regs;
    reply.info = seL4_MessageInfo_new(error, 0, 0, seL4_FastMessageRegisters).words[0];
    return reply;
}

void seL4_internal_syscall_null(seL4_Word number, seL4_Word dest, seL4_Word info)
{
    (void)number, (void)dest, (void)info;
}

void microkit_dbg_putc(int c)
{
    (void)c;
}

void microkit_dbg_puts(const char *s)
{
    (void)s;
}

void microkit_dbg_put8(seL4_Uint8 x)
{
    (void)x;
}

void microkit_dbg_put32(seL4_Uint32 x)
{
    (void)x;
}

void microkit_internal_no_channel(microkit_channel ch, const char *function)
{
    fprintf(stderr, "%s: channel %u is not there\n", function, ch); /* all others are */
    abort();
}

void kernel_send_deferred(void)
{
    if (!microkit_have_signal)
        return;
    microkit_have_signal = seL4_False;
    seL4_Send(microkit_signal_cap, microkit_signal_msg);
}

void kernel_fault(size_t vcpu_id, seL4_Word label, const seL4_Word *message, unsigned count)
{
    vcpus[vcpu_id].state = THREAD_FAULTED;
    memcpy(buffer.msg, message, count * sizeof(*message));
    if (!subject_fault(vcpu_id, seL4_MessageInfo_new(label, 0, 0, count)))
        kernel_send_deferred();
    else if (vcpus[vcpu_id].state == THREAD_FAULTED)
        resume(&vcpus[vcpu_id]);
}

static bool timer_is_asserted(const struct vcpu *vcpu)
{
    enum {
        ENABLE = 1,
        IMASK = 2
    };
    return (vcpu->system[seL4_VCPUReg_CNTV_CTL] & (ENABLE | IMASK)) == ENABLE &&
           vcpu->system[seL4_VCPUReg_CNTV_CVAL] <= cpu_physical_count();
}

void kernel_timer(size_t vcpu_id)
{
    enum {
        LIMIT = 100
    };
    struct vcpu *vcpu = &vcpus[vcpu_id];
    for (int i = 0; i < LIMIT && vcpu->state == THREAD_RUNNING && !vcpu->timer_masked &&
                    timer_is_asserted(vcpu);
         i++) {
        vcpu->timer_masked = true;
        kernel_fault(vcpu_id, seL4_Fault_VPPIEvent, (const seL4_Word[]){VIRTUAL_TIMER},
                     seL4_VPPIEvent_Length);
        if (i == LIMIT - 1) {
            fprintf(stderr, "the VMM lets the timer fire for ever, and the guest never runs\n");
            abort();
        }
    }
}

void kernel_maintenance(size_t vcpu_id)
{
    struct vcpu *vcpu = &vcpus[vcpu_id];
    for (int i = gicv_ended(&vcpu->gicv); i >= 0 && vcpu->state == THREAD_RUNNING;
         i = gicv_ended(&vcpu->gicv)) {
        vcpu->gicv.lists[i].signals_end = false;
        vcpu->list_active[i] = false;
        kernel_fault(vcpu_id, seL4_Fault_VGICMaintenance, (const seL4_Word[]){(seL4_Word)i}, 1);
    }
    kernel_timer(vcpu_id);
}
