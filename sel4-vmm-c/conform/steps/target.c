/* SPDX-License-Identifier: BSD-2-Clause */
/* Executes steps of the guest as instructions of the probe. */
#include "interface.h"
#include "line.h"
#include "registers.h"
#include "report.h"
#include "steps.h"
#include "vcpus.h"
#include <agent_config.h>

enum {
    X1 = 1,
    X2 = 2,
    MAX_TAKEN = 32,
    INTID_MASK = 0x3ff
};

static const uint32_t smc_0 = 0xd4000003, wfi = 0xd503207f, wfe = 0xd503205f;
static const uint32_t msr_cntv_cval_x2 = 0xd51be342, msr_cntv_ctl_x2 = 0xd51be322;

/* vCPUs of the last case, whose CPU interfaces may have state. */
static size_t used;

static struct {
    uint32_t taken[MAX_TAKEN], ended[MAX_TAKEN];
    unsigned taken_count, ended_count;
} stacks[PROBE_VCPUS];

void target_expect_at(uint64_t ipa)
{
    vcpu_expect_at(ipa);
}

void target_reset(bool page)
{
    (void)page; /* the system has none */
    vcpus_reset(used);
    used = machine.vcpus;
    for (size_t id = 0; id < PROBE_VCPUS; id++)
        stacks[id].taken_count = stacks[id].ended_count = 0;
    machine.ram_ipa = AGENT_RAM_BASE;
    machine.ram_size = AGENT_RAM_SIZE;
    machine.list_registers = AGENT_LIST_REGISTERS;
    machine.gic_version = AGENT_GIC_VERSION;
    machine.gicd_ipa = AGENT_GICD_BASE;
    machine.gicc_ipa = interface_base;
    machine.gicr_ipa = AGENT_GICR_BASE;
    machine.gicd_page = 0;
}

/* Other calls neither stop nor start a vCPU. A vCPU that they wake is noticed later. */
static bool moves_vcpus(uint8_t tag)
{
    return tag == STEP_START || tag == STEP_STOP || tag == STEP_RESTART;
}

void target_calling(uint8_t tag)
{
    if (moves_vcpus(tag))
        vcpus_loosen();
}

void target_called(uint8_t tag)
{
    line_poll();
    vcpus_send_deferred();
    if (moves_vcpus(tag))
        vcpus_settle();
}

static bool begin(size_t id)
{
    if (!vcpu_runs(id))
        report(&(uint8_t){OUTCOME_IDLE}, 1);
    return vcpu_runs(id);
}

static void report_outcome(size_t id, enum vcpu_outcome outcome)
{
    switch (outcome) {
    case VCPU_NEXT: vcpu_report_next(id); break;
    case VCPU_AGAIN: report(&(uint8_t){OUTCOME_AGAIN}, 1); break;
    case VCPU_GONE: report(&(uint8_t){OUTCOME_OFF}, 1); break;
    case VCPU_EXCEPTION: vcpu_report_exception(id); break;
    }
}

/* Executes an instruction with these registers in this PSTATE, and reports the observation. */
static void perform(size_t id, uint32_t word, const struct registers *registers, uint64_t pstate)
{
    struct registers after;
    vcpu_set(id, registers);
    enum vcpu_outcome outcome = vcpu_execute(id, word, pstate);
    vcpu_get(id, &after);
    if (outcome != VCPU_GONE)
        report_changes(registers, &after);
    report_outcome(id, outcome);
}

void target_access(const struct step_access *step)
{
    const struct form *form = form_of(step);
    struct registers registers;
    if (!form || !begin(step->vcpu))
        return;
    vcpu_get(step->vcpu, &registers);
    set_operands(&registers, step, form);
    perform(step->vcpu, word_of(step, form), &registers, pstate_of(step->state));
}

uint64_t vcpu_operate(size_t id, uint32_t word, uint64_t x1, uint64_t x2,
                      enum vcpu_outcome *outcome)
{
    struct registers before, registers;
    vcpu_get(id, &before);
    registers = before;
    registers.x[X1] = x1;
    registers.x[X2] = x2;
    vcpu_set(id, &registers);
    *outcome = vcpu_execute(id, word, PROBE_PSTATE);
    vcpu_get(id, &registers);
    vcpu_set(id, &before);
    return registers.x[X2];
}

void target_take(const struct step_take *step)
{
    size_t id = step->vcpu;
    enum vcpu_outcome outcome;
    if (!begin(id))
        return;
    uint32_t value = interface_take(id, &outcome);
    if (outcome != VCPU_NEXT) {
        report_outcome(id, outcome);
        return;
    }
    if ((value & INTID_MASK) < INTERFACE_FIRST_SPECIAL && stacks[id].taken_count < MAX_TAKEN)
        stacks[id].taken[stacks[id].taken_count++] = value;
    struct outcome_took took = {OUTCOME_TOOK, value & ~(uint32_t)INTERFACE_GROUP_1};
    report(&took, sizeof(took));
}

void target_end(const struct step_end *step)
{
    size_t id = step->vcpu;
    enum vcpu_outcome outcome = VCPU_NEXT;
    if (!begin(id))
        return;
    if (stacks[id].taken_count > 0) {
        uint32_t value = stacks[id].taken[--stacks[id].taken_count];
        bool active = interface_end(id, value, &outcome);
        if (active && stacks[id].ended_count < MAX_TAKEN)
            stacks[id].ended[stacks[id].ended_count++] = value;
    }
    report_outcome(id, outcome);
}

void target_deactivate(const struct step_deactivate *step)
{
    size_t id = step->vcpu;
    enum vcpu_outcome outcome = VCPU_NEXT;
    if (!begin(id))
        return;
    if (stacks[id].ended_count > 0)
        interface_deactivate(id, stacks[id].ended[--stacks[id].ended_count], &outcome);
    report_outcome(id, outcome);
}

static bool is_cpu_on(uint64_t x0)
{
    return (uint32_t)x0 == 0x84000003 || (uint32_t)x0 == 0xc4000003;
}

void target_smc(const struct step_smc *step)
{
    struct registers registers;
    if (!begin(step->vcpu))
        return;
    if (is_cpu_on(step->x0))
        vcpu_expect_at(step->x2);
    vcpu_get(step->vcpu, &registers);
    registers.x[0] = step->x0;
    registers.x[1] = step->x1;
    registers.x[2] = step->x2;
    registers.x[3] = step->x3;
    perform(step->vcpu, smc_0, &registers, PROBE_PSTATE);
}

void target_sysreg(const struct step_sysreg *step)
{
    struct registers registers;
    if (!begin(step->vcpu))
        return;
    vcpu_get(step->vcpu, &registers);
    registers.x[X2] = step->value;
    perform(step->vcpu, system_register_word(step), &registers, pstate_of(step->state));
}

/* The probe runs without stage 1. */
void target_mapped(const struct step_mapped *step)
{
    if (begin(step->vcpu))
        report(&(uint8_t){OUTCOME_AGAIN}, 1);
}

void target_wait(const struct step_wait *step)
{
    struct registers registers;
    if (!begin(step->vcpu))
        return;
    vcpu_get(step->vcpu, &registers);
    perform(step->vcpu, step->event ? wfe : wfi, &registers, PROBE_PSTATE);
}

/* Sets or clears the timer's condition, long enough for its interrupt to arrive. */
static void set_timer(size_t id, bool high, enum vcpu_outcome *outcome)
{
    vcpu_operate(id, msr_cntv_cval_x2, 0, 0, outcome);
    vcpu_operate(id, msr_cntv_ctl_x2, 0, high, outcome); /* ENABLE */
}

void target_timer(const struct step_timer *step)
{
    size_t id = step->vcpu;
    enum vcpu_outcome outcome;
    if (!begin(id))
        return;
    set_timer(id, true, &outcome);
    set_timer(id, false, &outcome);
    vcpu_operate(id, wfe, 0, 0, &outcome);
    report_outcome(id, outcome);
}

void target_line(const struct step_line *step)
{
    size_t id = step->vcpu;
    enum vcpu_outcome outcome;
    if (!begin(id))
        return;
    set_timer(id, step->high, &outcome);
    vcpu_operate(id, wfe, 0, 0, &outcome);
    report_outcome(id, outcome);
}
