/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of a vCPU by its VMM: registers, list registers, acknowledgement of the timer. */
#include <sel4/errors.h>
#include <sel4/invocation.h>

#include "answer.h"
#include "board.h"
#include "ipc.h"
#include "sched.h"
#include "vcpu.h"
#include "vcpu_regs.h"

enum {
    MAX_INTID = 1023,
    MAX_PRIORITY = 31,
    MAX_GROUP = 1,
};

/* The register is in memory or in the hardware. */
static bool in_memory(const struct vcpu *vcpu, unsigned reg)
{
    return !vcpu_is_loaded(vcpu) || (vcpu_reg_in_memory(reg) && !vcpu_is_active());
}

static int read_register(struct vcpu *vcpu, uint64_t length)
{
    if (length < 1) {
        return seL4_TruncatedMessage;
    }
    uint64_t reg = message_get(current, 0);
    if (reg >= seL4_VCPUReg_Num) {
        return answer_error(seL4_InvalidArgument, 1, 0);
    }
    if (!answer_wanted()) {
        return seL4_NoError;
    }
    uint64_t value = in_memory(vcpu, reg) ? vcpu->regs[reg] : vcpu_reg_read(reg);
    return answer_with(message_set(current, 0, value));
}

static int write_register(struct vcpu *vcpu, uint64_t length)
{
    if (length < 2) {
        return seL4_TruncatedMessage;
    }
    uint64_t reg = message_get(current, 0);
    uint64_t value = message_get(current, 1);
    if (reg >= seL4_VCPUReg_Num) {
        return answer_error(seL4_InvalidArgument, 1, 0);
    }
    if (in_memory(vcpu, reg)) {
        vcpu->regs[reg] = value;
    } else {
        vcpu_reg_write(reg, value);
    }
    return seL4_NoError;
}

static int inject(struct vcpu *vcpu, uint64_t length)
{
    if (length < 1) {
        return seL4_TruncatedMessage;
    }
    uint64_t word = message_get(current, 0);
    uint64_t intid = word & 0xffff;
    uint64_t priority = word >> 16 & 0xff;
    uint64_t group = word >> 24 & 0xff;
    uint64_t index = word >> 32 & 0xff;
    if (intid > MAX_INTID) {
        return answer_error(seL4_RangeError, 0, MAX_INTID);
    }
    if (priority > MAX_PRIORITY) {
        return answer_error(seL4_RangeError, 0, MAX_PRIORITY);
    }
    if (group > MAX_GROUP) {
        return answer_error(seL4_RangeError, 0, MAX_GROUP);
    }
    if (index >= vcpu_list_registers) {
        return answer_error(seL4_RangeError, 0, vcpu_list_registers - 1);
    }
    if (vgic_is_active(vcpu->vgic.list_registers[index])) {
        return seL4_DeleteFirst; /* it was active when it was last saved */
    }
    vcpu_set_list_register(vcpu, index, vgic_pending(intid, priority, group));
    return seL4_NoError;
}

static int acknowledge_timer(struct vcpu *vcpu, uint64_t length)
{
    if (length < 1) {
        return seL4_TruncatedMessage;
    }
    if (message_get(current, 0) != BOARD_VIRTUAL_TIMER_INTID) {
        return answer_error(seL4_InvalidArgument, 0, 0);
    }
    vcpu->timer_masked = false;
    return seL4_NoError;
}

int vcpu_invoke(struct vcpu *vcpu, uint64_t label, uint64_t length)
{
    switch (label) {
    case ARMVCPUReadReg: return read_register(vcpu, length);
    case ARMVCPUWriteReg: return write_register(vcpu, length);
    case ARMVCPUInjectIRQ: return inject(vcpu, length);
    case ARMVCPUAckVPPI: return acknowledge_timer(vcpu, length);
    case ARMVCPUSetTCB: return seL4_TruncatedMessage; /* capabilities are not transferred */
    default: return seL4_IllegalOperation;
    }
}
