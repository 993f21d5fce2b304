/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs (vcpus.h) that are CPUs of the bare machine. CPU 0 runs the agent at EL2, and the probe
 * when it is its turn. The other CPUs wait at EL2 for their turn.
 */
#include "bare.h"
#include "context.h"
#include "line.h"
#include "mailboxes.h"
#include "uart.h"
#include "vcpus.h"
#include <agent_config.h>

enum {
    ESR_EC_SHIFT = 26,
    EC_HVC = 0x16,
    EC_SMC = 0x17,

    PSCI_CPU_ON_32 = 0x84000003,
    PSCI_CPU_ON_64 = 0xc4000003u,
    AFFINITY_0 = 0xff
};
static const uint64_t invalid_parameters = -2ull, already_on = -4ull;

enum turn {
    WAITS, /* at EL2 */
    RUNS,  /* the probe, until it rings */
    CLEANS /* its part of the interrupt controller */
};

static struct {
    volatile enum turn turn;
    bool is_on;
    struct context context;
    uint64_t esr; /* why it returned to EL2 */
} cpus[PROBE_VCPUS];

static size_t count = 1; /* number of CPUs */

static void take_turn(size_t id)
{
    if (cpus[id].turn == RUNS)
        cpus[id].esr = enter(&cpus[id].context);
    else
        gic_clean();
    __asm__ volatile("dsb sy" ::: "memory");
    cpus[id].turn = WAITS;
}

static void give_turn(size_t id, enum turn turn)
{
    cpus[id].turn = turn;
    __asm__ volatile("dsb sy\n\tsev" ::: "memory");
    if (id == 0)
        take_turn(id);
    while (cpus[id].turn != WAITS)
        __asm__ volatile("wfe");
    __asm__ volatile("dsb sy" ::: "memory");
}

_Noreturn void bare_second_main(size_t id)
{
    for (;;) {
        while (cpus[id].turn == WAITS)
            __asm__ volatile("wfe");
        take_turn(id);
    }
}

void vcpus_load(void)
{
    mailboxes_load(0);
    while (count < PROBE_VCPUS && firmware_cpu_on(count))
        count++;
}

size_t bare_cpus(void)
{
    return count;
}

static uint64_t cpu_on(uint64_t target, uint64_t pc, uint64_t x0)
{
    if (target > AFFINITY_0 || target >= count)
        return invalid_parameters;
    return bare_start((size_t)target, pc, x0) ? 0 : already_on;
}

/* CPU_ON is handled here, because CPUs that are off wait at EL2. Firmware handles other calls. */
static void firmware_call(struct context *context)
{
    uint32_t function = (uint32_t)context->x[0];
    if (function == PSCI_CPU_ON_32 || function == PSCI_CPU_ON_64)
        context->x[0] = cpu_on(context->x[1], context->x[2], context->x[3]);
    else
        firmware(context->x);
    context->elr += INSTRUCTION; /* for a trapped SMC, the address of the SMC itself */
}

/* Runs the probe until it waits for a command. */
static void go_on(size_t id)
{
    for (;;) {
        give_turn(id, RUNS);
        line_poll();
        uint64_t class = cpus[id].esr >> ESR_EC_SHIFT;
        if (class == EC_SMC)
            firmware_call(&cpus[id].context);
        else if (class == EC_HVC)
            return;
        else
            bare_died(cpus[id].esr, cpus[id].context.elr);
    }
}

bool bare_start(size_t id, uint64_t pc, uint64_t x0)
{
    if (id >= count || cpus[id].is_on)
        return false;
    cpus[id].is_on = true;
    cpus[id].context = (struct context){.x = {x0}, .elr = pc, .spsr = PROBE_PSTATE};
    go_on(id);
    mailbox_report_start(id);
    return true;
}

bool vcpu_runs(size_t id)
{
    return cpus[id].is_on;
}

void vcpus_reset(size_t used)
{
    (void)used; /* one CPU's pending state may be for another to clear */
    for (size_t id = 0; id < count; id++) {
        give_turn(id, CLEANS);
        cpus[id].is_on = false;
    }
}

enum vcpu_outcome vcpu_execute(size_t id, uint32_t word, uint64_t pstate)
{
    mailbox_prepare(id, word, pstate);
    go_on(id);
    return mailbox_of(id)->ended == PROBE_ENDED_EXCEPTION ? VCPU_EXCEPTION : VCPU_NEXT;
}

/* Nothing else stops or starts a CPU, and no call is deferred. */
void vcpus_loosen(void) {}

void vcpus_send_deferred(void) {}

void vcpus_settle(void) {}

void vcpus_wait_for_input(void)
{
    __asm__ volatile("wfe");
}
