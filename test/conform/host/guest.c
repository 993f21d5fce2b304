/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's steps: what its CPU does with them, and which of it becomes a fault for the VMM. */
#include "icv.h"
#include "program.h"
#include "registers.h"
#include "report.h"
#include "steps.h"
#include "vcpu.h"
#include <string.h>
#include <vmm_config.h>

enum {
    /* ESR_EL2 */
    EC_SHIFT = 26,
    EC_WFX = 0x01,
    EC_SMC = 0x17,
    EC_SYSREG = 0x18,
    EC_DATA_ABORT = 0x24,
    IL = 1 << 25,
    WNR = 1 << 6,
    TRANSLATION_LEVEL_3 = 0x07,
    PERMISSION_LEVEL_3 = 0x0f,
    CONDITION_ALWAYS = 1 << 24 | 0xe << 20,

    INSTRUCTION = 4,

    /* Where the guest's steps run, in its RAM, and where its exceptions go. */
    CODE = 0x10000,
    VECTORS = 0x11000,
    PSTATE_EL1H_MASKED = 0x3c5
};

static const uint32_t word_smc = 0xd4000003, word_wfi = 0xd503207f, word_wfe = 0xd503205f;

static uint8_t *ram(uint64_t ipa)
{
    return (uint8_t *)(machine.ram_vaddr + (uintptr_t)(ipa - machine.ram_ipa));
}

static bool in(uint64_t address, size_t bytes, uint64_t base, uint64_t size)
{
    return address >= base && bytes <= size && address - base <= size - bytes;
}

/* The registers before a step, to tell what it has changed. */
static seL4_UserContext before;

/* Makes the vCPU ready to execute `word`; false when it does not run. */
static bool begin(size_t id, uint32_t word)
{
    static const uint8_t outcome = OUTCOME_IDLE;
    struct vcpu *vcpu = &vcpus[id];
    if (vcpu->state != THREAD_RUNNING) {
        report(&outcome, sizeof(outcome));
        return false;
    }
    kernel_switch(id);
    vcpu->context.pc = machine.ram_ipa + CODE + id * INSTRUCTION;
    vcpu->context.spsr = PSTATE_EL1H_MASKED;
    vcpu->system[seL4_VCPUReg_VBAR] = machine.ram_ipa + VECTORS;
    memcpy(ram(vcpu->context.pc), &word, sizeof(word));
    before = vcpu->context;
    return true;
}

static struct registers registers_of(const seL4_UserContext *context)
{
    struct registers registers = {.sp = context->sp};
    for (unsigned i = 0; i < GPRS; i++)
        registers.x[i] = (&context->pc)[context_place[i]];
    return registers;
}

static void report_exception(struct vcpu *vcpu, uint64_t vector)
{
    struct outcome_exception outcome = {
        OUTCOME_EXCEPTION,
        (uint32_t)vector,
        (uint32_t)vcpu->system[seL4_VCPUReg_ESR],
        vcpu->system[seL4_VCPUReg_FAR],
        vcpu->system[seL4_VCPUReg_ELR_EL1] - before.pc,
        (uint32_t)vcpu->system[seL4_VCPUReg_SPSR_EL1],
    };
    report(&outcome, sizeof(outcome));
}

static void report_start(size_t id)
{
    struct vcpu *vcpu = &vcpus[id];
    bool clean = true;
    for (unsigned i = 1; i < GPRS; i++)
        clean &= *vcpu_gpr(vcpu, i) == 0;
    struct event_start event = {
        EVENT_START,
        (uint8_t)id,
        vcpu->context.pc,
        vcpu->context.x0,
        clean,
        (uint32_t)vcpu->context.spsr,
        vcpu->system[seL4_VCPUReg_SCTLR],
    };
    report(&event, sizeof(event));
}

/* Runs what a started vCPU runs before the guest itself: a program of the library. */
static void settle(void)
{
    for (size_t id = 0; id < machine.vcpus;) {
        struct vcpu *vcpu = &vcpus[id++];
        if (vcpu->state != THREAD_RUNNING || !vcpu->fresh)
            continue;
        vcpu->fresh = false;
        vcpu->taken_count = vcpu->ended_count = 0;
        if (program_is_at(vcpu->context.pc)) {
            kernel_switch((size_t)(vcpu - vcpus));
            program_run((size_t)(vcpu - vcpus));
            id = 0; /* it may have started any vCPU */
        } else {
            report_start((size_t)(vcpu - vcpus));
        }
    }
}

void target_calling(uint8_t tag)
{
    (void)tag; /* a vCPU stays where it is */
}

void target_expect_at(uint64_t ipa)
{
    (void)ipa; /* nothing is executed there but by steps */
}

void target_called(uint8_t tag)
{
    (void)tag;
    kernel_send_deferred();
    settle();
}

/* Where the vCPU is after its step. */
static void finish(size_t id)
{
    struct vcpu *vcpu = &vcpus[id];
    settle();
    struct registers old = registers_of(&before), new = registers_of(&vcpu->context);
    report_changes(&old, &new);
    uint64_t pc = vcpu->context.pc;
    uint64_t vector = pc - vcpu->system[seL4_VCPUReg_VBAR];
    if (vcpu->state != THREAD_RUNNING) {
        report(&(uint8_t){OUTCOME_OFF}, 1);
    } else if (pc == before.pc + INSTRUCTION) {
        report(&(uint8_t){OUTCOME_NEXT}, 1);
    } else if (pc == before.pc) {
        report(&(uint8_t){OUTCOME_AGAIN}, 1);
    } else if (vector < 0x800 && vector % 0x80 == 0) {
        report_exception(vcpu, vector);
    } else {
        struct outcome_elsewhere outcome = {OUTCOME_ELSEWHERE, pc};
        report(&outcome, sizeof(outcome));
    }
}

static seL4_Word read_gpr(struct vcpu *vcpu, unsigned number)
{
    return number == ZERO_REGISTER ? 0 : *vcpu_gpr(vcpu, number);
}

static void write_gpr(struct vcpu *vcpu, unsigned number, seL4_Word value)
{
    if (number != ZERO_REGISTER)
        *vcpu_gpr(vcpu, number) = value;
}

static seL4_Word extend(const struct form *form, uint64_t raw)
{
    unsigned unused = 64 - form->bytes * 8u;
    if (!form->is_signed)
        return raw << unused >> unused;
    uint64_t value = (uint64_t)((int64_t)(raw << unused) >> unused);
    return form->wide ? value : (uint32_t)value;
}

/* An access that the memory or the CPU interface answers: no fault. */
static void direct(struct vcpu *vcpu, const struct step_access *step, const struct form *form,
                   uint64_t (*load)(uint64_t address, size_t bytes),
                   void (*store)(uint64_t address, size_t bytes, uint64_t value))
{
    unsigned data[] = {step->rt, step->rt2};
    for (unsigned i = 0; i <= form->pair; i++) {
        uint64_t address = step->address + (uint64_t)i * form->bytes;
        if (form->load)
            write_gpr(vcpu, data[i], extend(form, load(address, form->bytes)));
        else
            store(address, form->bytes, read_gpr(vcpu, data[i]));
    }
    if (form->index != FORM_INDEX_NONE)
        write_gpr(vcpu, step->rn, read_gpr(vcpu, step->rn) + (seL4_Word)(int64_t)form->offset);
    vcpu->context.pc += INSTRUCTION;
}

static uint64_t load_memory(uint64_t address, size_t bytes)
{
    uint64_t value = 0;
    bool is_page = in(address, bytes, machine.gicd_ipa, VMM_GICD_SIZE);
    memcpy(&value,
           is_page ? (uint8_t *)machine.gicd_page + (address - machine.gicd_ipa) : ram(address),
           bytes);
    return value;
}

static void store_memory(uint64_t address, size_t bytes, uint64_t value)
{
    memcpy(ram(address), &value, bytes);
}

static struct vcpu *accessing;

static uint64_t load_interface(uint64_t address, size_t bytes)
{
    return bytes == 4 ? gicv_read(&accessing->gicv, (uint32_t)(address - machine.gicc_ipa)) : 0;
}

static void store_interface(uint64_t address, size_t bytes, uint64_t value)
{
    if (bytes == 4)
        gicv_write(&accessing->gicv, (uint32_t)(address - machine.gicc_ipa), (uint32_t)value);
}

static void set_registers(struct vcpu *vcpu, const struct step_access *step,
                          const struct form *form)
{
    struct registers registers = registers_of(&vcpu->context);
    set_operands(&registers, step, form);
    for (unsigned i = 0; i < GPRS; i++)
        *vcpu_gpr(vcpu, i) = registers.x[i];
}

static void data_abort(size_t id, const struct step_access *step, const struct form *form)
{
    bool on_page = machine.gicd_page && in(step->address, 1, machine.gicd_ipa, VMM_GICD_SIZE);
    uint32_t syndrome = form->syndrome ? form->syndrome | (uint32_t)step->rt << 16 : 0;
    uint32_t esr = (uint32_t)EC_DATA_ABORT << EC_SHIFT | IL | syndrome | (form->load ? 0 : WNR) |
                   (on_page ? PERMISSION_LEVEL_3 : TRANSLATION_LEVEL_3);
    seL4_Word message[seL4_VMFault_Length] = {
        [seL4_VMFault_IP] = vcpus[id].context.pc,
        [seL4_VMFault_Addr] = step->address,
        [seL4_VMFault_FSR] = esr,
    };
    kernel_fault(id, seL4_Fault_VMFault, message, seL4_VMFault_Length);
}

void target_access(const struct step_access *step)
{
    size_t id = step->vcpu;
    const struct form *form = form_of(step);
    if (!form || !begin(id, word_of(step, form)))
        return;
    size_t bytes = (size_t)form->bytes << form->pair;
    struct vcpu *vcpu = &vcpus[id];
    set_registers(vcpu, step, form);
    before = vcpu->context;
    accessing = vcpu;
    bool is_page = machine.gicd_page && form->load &&
                   in(step->address, bytes, machine.gicd_ipa, VMM_GICD_SIZE);
    if (is_page || in(step->address, bytes, machine.ram_ipa, machine.ram_size))
        direct(vcpu, step, form, load_memory, store_memory);
    else if (machine.gicc_ipa != 0 && in(step->address, bytes, machine.gicc_ipa, VMM_GICC_SIZE))
        direct(vcpu, step, form, load_interface, store_interface);
    else
        data_abort(id, step, form);
    kernel_maintenance(id);
    finish(id);
}

/* With a GICv3, of group 1 if there is one, else of group 0: a guest's two handlers. */
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
    if (!begin(step->vcpu, 0))
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
    if (!begin(step->vcpu, 0))
        return;
    if (vcpu->taken_count > 0) {
        uint32_t value = vcpu->taken[--vcpu->taken_count];
        end_of_interrupt(&vcpu->gicv, value);
        if (vcpu->gicv.control & GICV_EOI_MODE && vcpu->ended_count < MAX_TAKEN)
            vcpu->ended[vcpu->ended_count++] = value;
    }
    vcpu->context.pc += INSTRUCTION;
    kernel_maintenance(step->vcpu);
    finish(step->vcpu);
}

void target_deactivate(const struct step_deactivate *step)
{
    struct vcpu *vcpu = &vcpus[step->vcpu];
    if (!begin(step->vcpu, 0))
        return;
    if (vcpu->ended_count > 0)
        deactivate(&vcpu->gicv, vcpu->ended[--vcpu->ended_count]);
    vcpu->context.pc += INSTRUCTION;
    kernel_maintenance(step->vcpu);
    finish(step->vcpu);
}

static void trap(size_t id, uint32_t class, uint32_t iss)
{
    seL4_Word message[] = {class << EC_SHIFT | IL | iss};
    kernel_fault(id, seL4_Fault_VCPUFault, message, seL4_VCPUFault_Length);
    finish(id);
}

void target_smc(const struct step_smc *step)
{
    seL4_UserContext *context = &vcpus[step->vcpu].context;
    if (!begin(step->vcpu, word_smc))
        return;
    context->x0 = step->x0;
    context->x1 = step->x1;
    context->x2 = step->x2;
    context->x3 = step->x3;
    before = *context;
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
    if (!begin(step->vcpu, system_register_word(step)))
        return;
    struct vcpu *vcpu = &vcpus[step->vcpu];
    vcpu->context.x2 = step->value;
    before = vcpu->context;
    if (vcpu->gicv.version == 3 && icv_has(code)) {
        if (step->write)
            icv_write(&vcpu->gicv, code, step->value);
        else
            vcpu->context.x2 = icv_read(&vcpu->gicv, code);
        vcpu->context.pc += INSTRUCTION;
        kernel_maintenance(step->vcpu);
        finish(step->vcpu);
        return;
    }
    trap(step->vcpu, EC_SYSREG, iss);
}

void target_wait(const struct step_wait *step)
{
    if (begin(step->vcpu, step->event ? word_wfe : word_wfi))
        trap(step->vcpu, EC_WFX, CONDITION_ALWAYS | step->event);
}

void target_timer(const struct step_timer *step)
{
    struct vcpu *vcpu = &vcpus[step->vcpu];
    if (!begin(step->vcpu, 0))
        return;
    if (!vcpu->timer_masked) {
        seL4_Word message[] = {VMM_VTIMER_INTID};
        vcpu->timer_masked = true;
        kernel_fault(step->vcpu, seL4_Fault_VPPIEvent, message, seL4_VPPIEvent_Length);
    }
    finish(step->vcpu);
}
