/* SPDX-License-Identifier: BSD-2-Clause */
#include "cpus.h"
#include "context.h"
#include "interrupts.h"
#include "machine.h"
#include "registers.h"
#include "start.h"
#include "sysregs.h"
#include "tables.h"

/* PSCI (Arm DEN 0022) */
#define PSCI_CPU_OFF       0x84000002u
#define PSCI_CPU_ON        0xc4000003u
#define PSCI_AFFINITY_INFO 0xc4000004u
#define AFFINITY_OFF       1u

#define ROUNDS 1000u

enum cpu_state {
    CPU_OFF,
    CPU_WAITS,
    CPU_WORKS, /* or is about to */
};

static struct {
    enum cpu_state state;
    void (*job)(void *);
    void *argument;
} cpus[MAX_CPUS] __attribute__((aligned(64)));

extern const char second_entry[];

static enum cpu_state state_of(unsigned cpu)
{
    return __atomic_load_n(&cpus[cpu].state, __ATOMIC_ACQUIRE);
}

static void set_state(unsigned cpu, enum cpu_state state)
{
    __atomic_store_n(&cpus[cpu].state, state, __ATOMIC_RELEASE);
}

/* YIELD, so that an emulator whose CPUs share a thread goes on with the other one. It is costly
 * there, so not in every round: under a VMM only the end of a time slice gives way to another vCPU.
 */
static void wait_while(unsigned cpu, enum cpu_state state)
{
    for (unsigned round = 1; state_of(cpu) == state; round++) {
        if (round % ROUNDS == 0) {
            __asm__ volatile("yield");
        }
    }
}

static uint64_t psci(uint64_t function, uint64_t first, uint64_t second, uint64_t third)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = first;
    register uint64_t x2 __asm__("x2") = second;
    register uint64_t x3 __asm__("x3") = third;

    if (machine.psci_by_hvc) {
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    } else {
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    }
    return x0;
}

bool cpu_is_on(unsigned cpu)
{
    return cpu == 0 || state_of(cpu) != CPU_OFF;
}

uint64_t cpu_switch_on(unsigned cpu)
{
    uint64_t answer = psci(PSCI_CPU_ON, machine.affinity[cpu], physical(second_entry), cpu);

    if (answer == 0) {
        wait_while(cpu, CPU_OFF);
    }
    return answer;
}

static void leave(void *argument)
{
    unsigned cpu = (unsigned)(uintptr_t)argument;

    set_state(cpu, CPU_OFF);
    psci(PSCI_CPU_OFF, 0, 0, 0);
    set_state(cpu, CPU_WAITS);
}

uint64_t cpu_switch_off(unsigned cpu)
{
    uint64_t answer = AFFINITY_OFF;

    if (cpu == 0 || !cpu_is_on(cpu)) {
        return answer;
    }
    cpus[cpu].job = leave;
    cpus[cpu].argument = (void *)(uintptr_t)cpu;
    set_state(cpu, CPU_WORKS);
    wait_while(cpu, CPU_WORKS);
    do {
        answer = psci(PSCI_AFFINITY_INFO, machine.affinity[cpu], 0, 0);
    } while (answer != AFFINITY_OFF && state_of(cpu) == CPU_OFF);
    return answer;
}

void cpu_do(unsigned cpu, void (*job)(void *), void *argument)
{
    if (cpu == 0) {
        job(argument);
        return;
    }
    cpus[cpu].job = job;
    cpus[cpu].argument = argument;
    set_state(cpu, CPU_WORKS);
    wait_while(cpu, CPU_WORKS);
}

bool cpus_only(unsigned mask)
{
    for (unsigned cpu = 1; cpu < MAX_CPUS; cpu++) {
        bool wanted = (mask >> cpu & 1) != 0;

        if (wanted && (cpu >= machine.cpus || !machine.has_psci)) {
            return false;
        }
        if (wanted && !cpu_is_on(cpu)) {
            cpu_switch_on(cpu);
        } else if (!wanted) {
            cpu_switch_off(cpu);
        }
    }
    return true;
}

/* Called by head.S on a CPU that was switched on. */
_Noreturn void run_other_cpu(unsigned cpu)
{
    start_vectors(&areas[cpu]);
    interrupts_start_cpu(cpu);
    sysregs_take_over();
    for (;;) {
        set_state(cpu, CPU_WAITS);
        wait_while(cpu, CPU_WAITS);
        cpus[cpu].job(cpus[cpu].argument);
    }
}
