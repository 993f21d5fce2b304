/* SPDX-License-Identifier: BSD-2-Clause */
/* Common parts of the guest's steps: starts of vCPUs, and reports of changes. */
#include "guest.h"
#include "program.h"
#include "report.h"
#include <string.h>

enum {
    /* Addresses in guest RAM of the step's instruction and of the exception vectors. */
    CODE = 0x10000,
    VECTORS = 0x11000,
    STACK = 0x5eed0 /* SP_EL0, which no step uses */
};

seL4_UserContext guest_before;

bool guest_begin(size_t id, uint32_t word, uint8_t state)
{
    static const uint8_t outcome = OUTCOME_IDLE;
    struct vcpu *vcpu = &vcpus[id];
    if (vcpu->state != THREAD_RUNNING) {
        report(&outcome, sizeof(outcome));
        return false;
    }
    kernel_switch(id);
    vcpu->context.pc = machine.ram_ipa + CODE + id * INSTRUCTION;
    vcpu->context.sp = STACK + id;
    vcpu->context.spsr = (uint32_t)pstate_of(state);
    vcpu->system[seL4_VCPUReg_VBAR] = machine.ram_ipa + VECTORS;
    memcpy(guest_ram(vcpu->context.pc), &word, sizeof(word));
    guest_before = vcpu->context;
    return true;
}

struct registers registers_of(const seL4_UserContext *context)
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
        vcpu->system[seL4_VCPUReg_ELR_EL1] - guest_before.pc,
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

/* Runs the program of the library that a started vCPU executes before the guest. */
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
    (void)ipa; /* only steps execute instructions there */
}

void target_called(uint8_t tag)
{
    (void)tag;
    kernel_send_deferred();
    settle();
}

void guest_finish(size_t id)
{
    struct vcpu *vcpu = &vcpus[id];
    kernel_timer(id);
    settle();
    struct registers old = registers_of(&guest_before), new = registers_of(&vcpu->context);
    report_changes(&old, &new);
    uint64_t pc = vcpu->context.pc;
    uint64_t vector = pc - vcpu->system[seL4_VCPUReg_VBAR];
    if (vcpu->state != THREAD_RUNNING) {
        report(&(uint8_t){OUTCOME_OFF}, 1);
    } else if (pc == guest_before.pc + INSTRUCTION) {
        struct outcome_next outcome = {OUTCOME_NEXT, (uint32_t)vcpu->context.spsr};
        report(&outcome, sizeof(outcome));
    } else if (pc == guest_before.pc) {
        report(&(uint8_t){OUTCOME_AGAIN}, 1);
    } else if (vector < 0x800 && vector % 0x80 == 0) {
        report_exception(vcpu, vector);
    } else {
        struct outcome_elsewhere outcome = {OUTCOME_ELSEWHERE, pc};
        report(&outcome, sizeof(outcome));
    }
}
