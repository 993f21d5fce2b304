/* SPDX-License-Identifier: BSD-2-Clause */
/* The other CPUs. CPU 0 gives them tasks, and computes without an exit until they are done. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CPUS 3u

/** A task for a CPU. */
typedef void task_fn(void);

/** Starts a CPU. It waits for tasks with its interface closed. */
void cpu_start(unsigned cpu);
/** Gives a task to a CPU that is on. */
void cpu_tell(unsigned cpu, task_fn *task);
/** Waits until the CPU has completed its task; false after five seconds. */
bool cpu_is_done(unsigned cpu);
/** Waits until AFFINITY_INFO reports the CPU as off. */
void cpu_wait_off(unsigned cpu);
/** A task: the CPU switches itself off. */
task_fn cpu_leave;

/** The virtual counter, and the counts in a number of milliseconds. */
uint64_t now(void);
uint64_t milliseconds(uint64_t count);
/** The CPU interface: closed, or open for all priorities. */
void interface_close(void);
void interface_open(void);
/** The INTID that this CPU takes and ends; a special one if none arrives within two seconds. */
uint32_t take_one(void);
