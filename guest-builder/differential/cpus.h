/* SPDX-License-Identifier: BSD-2-Clause */
/* The other CPUs. Only one of all runs a job at a time; the others wait for theirs. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * Switches on the CPUs with a bit in `mask`, and all others but CPU 0 off.
 *
 * @return false if the machine lacks one of them
 */
bool cpus_only(unsigned mask);

bool cpu_is_on(unsigned cpu);

/** Switches a CPU on, unless it is on, and waits for it. @return PSCI's answer */
uint64_t cpu_switch_on(unsigned cpu);

/** Has a CPU switch itself off, and waits for it. @return PSCI's answer to AFFINITY_INFO */
uint64_t cpu_switch_off(unsigned cpu);

/** Runs a job on a CPU that is on, and waits for it. */
void cpu_do(unsigned cpu, void (*job)(void *), void *argument);
