/* SPDX-License-Identifier: BSD-2-Clause */
#include "cpus.h"
#include "gic.h"
#include "psci.h"

#define STACK_SIZE   8192u
#define AFFINITY_OFF 1u
#define TASK_LIMIT   5000u /* milliseconds */
#define TAKE_LIMIT   2000u
#define PER_SECOND   1000u

extern char secondary_entry[];
void secondary(void);

static char stacks[CPUS][STACK_SIZE] __attribute__((aligned(16)));
static task_fn *volatile tasks[CPUS];

uint64_t now(void)
{
    isb();
    return read_register(cntvct_el0);
}

uint64_t milliseconds(uint64_t count)
{
    return count * read_register(cntfrq_el0) / PER_SECOND;
}

void interface_close(void)
{
    write32(GICC_PMR, 0);
    write32(GICC_CTLR, 0);
}

void interface_open(void)
{
    write32(GICC_PMR, GIC_LOWEST_PRIORITY);
    write32(GICC_CTLR, 1);
}

uint32_t take_one(void)
{
    uint64_t limit = now() + milliseconds(TAKE_LIMIT);
    uint32_t acknowledged;

    do {
        acknowledged = gic_acknowledge();
    } while ((acknowledged & GIC_INTID) >= GIC_FIRST_SPECIAL && now() < limit);
    if ((acknowledged & GIC_INTID) < GIC_FIRST_SPECIAL) {
        gic_end(acknowledged);
    }
    return acknowledged & GIC_INTID;
}

/* Entry of a CPU that was started. */
void secondary(void)
{
    unsigned cpu = read_register(mpidr_el1) & 0xff;

    for (;;) {
        task_fn *task = tasks[cpu];
        if (task) {
            task();
            tasks[cpu] = 0;
        }
    }
}

static void ready(void)
{
    interface_close();
}

void cpu_start(unsigned cpu)
{
    tasks[cpu] = ready;
    smc(PSCI_CPU_ON, cpu, (uintptr_t)secondary_entry, (uintptr_t)(stacks[cpu] + STACK_SIZE));
    cpu_is_done(cpu);
}

void cpu_tell(unsigned cpu, task_fn *task)
{
    tasks[cpu] = task;
}

bool cpu_is_done(unsigned cpu)
{
    uint64_t limit = now() + milliseconds(TASK_LIMIT);

    while (tasks[cpu] && now() < limit) {
    }
    return !tasks[cpu];
}

void cpu_wait_off(unsigned cpu)
{
    while (smc(PSCI_AFFINITY_INFO, cpu, 0, 0) != AFFINITY_OFF) {
    }
}

void cpu_leave(void)
{
    smc(PSCI_CPU_OFF, 0, 0, 0);
}
