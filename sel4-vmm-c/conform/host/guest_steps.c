/* SPDX-License-Identifier: BSD-2-Clause */
/* Other steps of the guest: taking and ending interrupts, SMCs, system registers, WFI, its timer.
 */
#include "guest.h"
#include "icv.h"
#include "report.h"
#include <vmm_config.h>

enum {
    /* ESR_EL2 */
    EC_WFX = 0x01,
    EC_SMC = 0x17,
    EC_SYSREG = 0x18,
    CONDITION_ALWAYS = 1 << 24 | 0xe << 20
};

static const uint32_t word_smc = 0xd4000003, word_wfi = 0xd503207f, word_wfe = 0xd503205f;

/* On a GICv3, takes an interrupt of group 1 if there is one, otherwise of group 0. */
static uint32_t acknowledge(struct gicv *gicv)
{
    if (gicv->version == 2)
        return gicv_read(gicv, GICV_IAR);
    uint32_t value = (uint32_t)icv_read(gicv, ICC_IAR1);
    return value < GICV_SPURIOUS ? value | TAKEN_GROUP_1 : (uint32_t)icv_read(gicv, ICC_IAR0);
}

static void end_of_interrupt(struct gicv *gicv, uint32_t taken)
{
    if (gicv->version == 2)
        gicv_write(gicv, GICV_EOIR, taken);
    else
        icv_write(gicv, taken & TAKEN_GROUP_1 ? ICC_EOIR1 : ICC_EOIR0, taken & ~TAKEN_GROUP_1);
}

static void deactivate(struct gicv *gicv, uint32_t taken)
{
    if (gicv->version == 2)
        gicv_write(gicv, GICV_DIR, taken);
    else
        icv_write(gicv, ICC_DIR, taken & ~TAKEN_GROUP_1);
}

void target_take(const struct step_take *step)
{
    struct vcpu *vcpu = &vcpus[step->vcpu];
    if (!guest_begin(step->vcpu, 0, 0))
        return;
    uint32_t value = acknowledge(&vcpu->gicv);
    if ((value & 0x3ff) < 1020 && vcpu->taken_count < MAX_TAKEN)
        vcpu->taken[vcpu->taken_count++] = value;
    value &= ~(uint32_t)TAKEN_GROUP_1;
    struct outcome_took outcome = {OUTCOME_TOOK, value};
    report(&outcome, sizeof(outcome));
}

void target_end(const struct step_end *step)
{
    struct vcpu *vcpu = &vcpus[step->vcpu];
    if (!guest_begin(step->vcpu, 0, 0))
        return;
    if (vcpu->taken_count > 0) {
        uint32_t value = vcpu->taken[--vcpu->taken_count];
        end_of_interrupt(&vcpu->gicv, value);
        if (vcpu->gicv.control & GICV_EOI_MODE && vcpu->ended_count < MAX_TAKEN)
            vcpu->ended[vcpu->ended_count++] = value;
    }
    vcpu->context.pc += INSTRUCTION;
    kernel_maintenance(step->vcpu);
    guest_finish(step->vcpu);
}

void target_deactivate(const struct step_deactivate *step)
{
    struct vcpu *vcpu = &vcpus[step->vcpu];
    if (!guest_begin(step->vcpu, 0, 0))
        return;
    if (vcpu->ended_count > 0)
        deactivate(&vcpu->gicv, vcpu->ended[--vcpu->ended_count]);
    vcpu->context.pc += INSTRUCTION;
    kernel_maintenance(step->vcpu);
    guest_finish(step->vcpu);
}

static void trap(size_t id, uint32_t class, uint32_t iss)
{
    seL4_Word message[] = {class << EC_SHIFT | IL | iss};
    kernel_fault(id, seL4_Fault_VCPUFault, message, seL4_VCPUFault_Length);
    guest_finish(id);
}

void target_smc(const struct step_smc *step)
{
    seL4_UserContext *context = &vcpus[step->vcpu].context;
    if (!guest_begin(step->vcpu, word_smc, 0))
        return;
    context->x0 = step->x0;
    context->x1 = step->x1;
    context->x2 = step->x2;
    context->x3 = step->x3;
    guest_before = *context;
    trap(step->vcpu, EC_SMC, 0);
}

void target_sysreg(const struct step_sysreg *step)
{
    enum {
        RT = 2
    };
    uint32_t code = step->encoding; /* op0:op1:CRn:CRm:op2 */
    uint32_t iss = (code >> 14 & 3) << 20 | (code & 7) << 17 | (code >> 11 & 7) << 14 |
                   (code >> 7 & 15) << 10 | RT << 5 | (code >> 3 & 15) << 1 | !step->write;
    if (!guest_begin(step->vcpu, system_register_word(step), step->state))
        return;
    struct vcpu *vcpu = &vcpus[step->vcpu];
    vcpu->context.x2 = step->value;
    guest_before = vcpu->context;
    if (vcpu->gicv.version == 3 && icv_has(code)) {
        if (step->write)
            icv_write(&vcpu->gicv, code, step->value);
        else
            vcpu->context.x2 = icv_read(&vcpu->gicv, code);
        vcpu->context.pc += INSTRUCTION;
        kernel_maintenance(step->vcpu);
        guest_finish(step->vcpu);
        return;
    }
    trap(step->vcpu, EC_SYSREG, iss);
}

void target_wait(const struct step_wait *step)
{
    if (guest_begin(step->vcpu, step->event ? word_wfe : word_wfi, 0))
        trap(step->vcpu, EC_WFX, CONDITION_ALWAYS | step->event);
}

static void set_timer(struct vcpu *vcpu, bool high)
{
    vcpu->system[seL4_VCPUReg_CNTV_CVAL] = 0;
    vcpu->system[seL4_VCPUReg_CNTV_CTL] = high;
    kernel_timer((size_t)(vcpu - vcpus));
}

void target_timer(const struct step_timer *step)
{
    struct vcpu *vcpu = &vcpus[step->vcpu];
    if (!guest_begin(step->vcpu, word_wfe, 0))
        return;
    set_timer(vcpu, true);
    set_timer(vcpu, false);
    trap(step->vcpu, EC_WFX, CONDITION_ALWAYS | 1);
}

void target_line(const struct step_line *step)
{
    if (!guest_begin(step->vcpu, word_wfe, 0))
        return;
    set_timer(&vcpus[step->vcpu], step->high);
    trap(step->vcpu, EC_WFX, CONDITION_ALWAYS | 1);
}
