/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns faults into messages, as seL4 does: with the same labels, registers and meaning of the
 * reply. The fault of a protection domain without a parent is reported on the console and stops it.
 */
#include "fault.h"

#include "cap.h"
#include "console.h"
#include "ipc.h"
#include "sched.h"

/* SPSR_EL2. */
#define SPSR_FLAGS 0xf0000000u /* N Z C V */
enum {
    SPSR_A = 1 << 8,
    SPSR_F = 1 << 6,
    SPSR_MODE = 0x1f,
    MODE_EL0 = 0x0,
    MODE_EL1T = 0x4,
    MODE_EL1H = 0x5,
};

/* Message registers of UnknownSyscall and UserException. A reply writes them back. */
static const uint8_t syscall_regs[] = {0,      1,      2,       3, 4, 5, 6, 7, REG_FAULT_PC,
                                       REG_SP, REG_PC, REG_SPSR};
static const uint8_t exception_regs[] = {REG_FAULT_PC, REG_SP, REG_SPSR};

uint64_t spsr_initial(void)
{
#ifdef CONFIG_DEBUG_BUILD
    return SPSR_F | MODE_EL0;
#else
    return SPSR_A | SPSR_F | MODE_EL0;
#endif
}

uint64_t spsr_allowed(const struct thread *thread, uint64_t spsr)
{
    uint64_t mode = spsr & SPSR_MODE;
    if (thread->vcpu && (mode == MODE_EL0 || mode == MODE_EL1T || mode == MODE_EL1H)) {
        return spsr;
    }
    return (spsr & SPSR_FLAGS) | spsr_initial();
}

static unsigned tell_regs(const struct thread *from, struct thread *to, const uint8_t *regs,
                          unsigned count)
{
    unsigned length = 0;
    for (unsigned i = 0; i < count; i++) {
        length = message_set(to, i, from->regs[regs[i]]);
    }
    return length;
}

/* Why the lookup of a capability failed: its slot is empty or does not exist. */
static unsigned tell_lookup_failure(const struct thread *from, struct thread *to)
{
#if CONFIG_MINIKIT_MICROKIT < 20300
    (void)from; /* seL4's MCS kernel reports this one for all of them */
    return message_set(to, seL4_CapFault_LookupFailureType, seL4_InvalidRoot);
#else
    if (cap_find(from, from->fault.address)) {
        message_set(to, seL4_CapFault_LookupFailureType, seL4_MissingCapability);
        return message_set(to, seL4_CapFault_BitsLeft, 0);
    }
    unsigned left = cap_bits_below_root(from);
    message_set(to, seL4_CapFault_LookupFailureType, seL4_GuardMismatch);
    message_set(to, seL4_CapFault_BitsLeft, left);
    message_set(to, seL4_CapFault_GuardMismatch_GuardFound, 0);
    return message_set(to, seL4_CapFault_GuardMismatch_BitsFound, left - CSPACE_BITS);
#endif
}

unsigned fault_tell(const struct thread *from, struct thread *to)
{
    const struct fault *fault = &from->fault;
    switch (fault->kind) {
    case seL4_Fault_CapFault:
        message_set(to, seL4_CapFault_IP, from->regs[REG_FAULT_PC]);
        message_set(to, seL4_CapFault_Addr, fault->address);
        message_set(to, seL4_CapFault_InRecvPhase, fault->status);
        return tell_lookup_failure(from, to);
    case seL4_Fault_UnknownSyscall:
        tell_regs(from, to, syscall_regs, sizeof(syscall_regs));
        return message_set(to, seL4_UnknownSyscall_Syscall, fault->address);
    case seL4_Fault_UserException:
        tell_regs(from, to, exception_regs, sizeof(exception_regs));
        message_set(to, seL4_UserException_Number, fault->status);
        return message_set(to, seL4_UserException_Code, 0);
#if CONFIG_MINIKIT_MICROKIT >= 20300 && defined(CONFIG_DEBUG_BUILD)
    case seL4_Fault_DebugException:
        message_set(to, seL4_DebugException_FaultIP, from->regs[REG_FAULT_PC]);
        return message_set(to, seL4_DebugException_ExceptionReason, fault->address);
#endif
    case seL4_Fault_VMFault:
        message_set(to, seL4_VMFault_IP, from->regs[REG_FAULT_PC]);
        message_set(to, seL4_VMFault_Addr, fault->address);
        message_set(to, seL4_VMFault_PrefetchFault,
                    esr_class(fault->status) == EC_INSTRUCTION_ABORT);
        return message_set(to, seL4_VMFault_FSR, fault->status);
    case seL4_Fault_VCPUFault: return message_set(to, seL4_VCPUFault_HSR, fault->status);
    default: return message_set(to, 0, fault->address); /* VGICMaintenance, VPPIEvent */
    }
}

/* The reply to a fault can change the registers in its message. */
static void answer_regs(struct thread *thread, const struct thread *handler, const uint8_t *regs,
                        unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t value = message_get(handler, i);
        thread->regs[regs[i]] = regs[i] == REG_SPSR ? spsr_allowed(thread, value) : value;
    }
}

static unsigned least(uint64_t a, unsigned b)
{
    return a < b ? (unsigned)a : b;
}

bool fault_answered(struct thread *thread, const struct thread *handler)
{
    uint64_t info = handler->regs[REG_INFO];
    uint64_t length = info_length(info);
    bool go_on = true;
    if (length > seL4_FastMessageRegisters && !handler->ipc_buffer) {
        length = seL4_FastMessageRegisters;
    }
    if (thread->fault.kind == seL4_Fault_UnknownSyscall) {
        answer_regs(thread, handler, syscall_regs, least(length, sizeof(syscall_regs)));
        go_on = info_label(info) == 0;
    } else if (thread->fault.kind == seL4_Fault_UserException) {
        answer_regs(thread, handler, exception_regs, least(length, sizeof(exception_regs)));
        go_on = info_label(info) == 0;
    }
    thread->fault.kind = seL4_Fault_NullFault;
    thread->regs[REG_PC] = thread->regs[REG_FAULT_PC];
    return go_on;
}

static const char *describe(const struct fault *fault)
{
    switch (fault->kind) {
    case seL4_Fault_CapFault: return "invalid capability";
    case seL4_Fault_UnknownSyscall: return "unknown system call";
    case seL4_Fault_UserException: return "undefined instruction";
    case seL4_Fault_VMFault:
        if (esr_class(fault->status) == EC_INSTRUCTION_ABORT) {
            return "instruction fetch fault";
        }
        return fault->status & ESR_WRITE ? "write fault" : "read fault";
    default: return "exception";
    }
}

void fault_raise(seL4_Fault_tag_t kind, uint64_t address, uint64_t status)
{
    current->fault = (struct fault){kind, address, status};
    if (current->fault_endpoint) {
        unsigned how = SEND_BLOCK | SEND_LEND;
        ipc_send(current, current->fault_endpoint, current->fault_badge, how);
        return;
    }
    say("minikit|ERROR: protection domain '%s' stopped: %s at address %x, pc %x (esr %x, lr %x, "
        "sp %x)",
        current->name, describe(&current->fault), address, current->regs[REG_FAULT_PC], status,
        current->regs[REG_LR], current->regs[REG_SP]);
    current->state = INACTIVE;
    sched_stop(current);
}
