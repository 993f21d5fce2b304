/* SPDX-License-Identifier: BSD-2-Clause */
/* The other CPUs: CPU 0 tells them what to do, and computes without an exit until it is done. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CPUS 3u

/** What a CPU does when it is told to. */
typedef void task_fn(void);

/** Starts a CPU; it has its interface closed and waits for tasks. */
void cpu_start(unsigned cpu);
/** Tells a CPU that is on to do something. */
void cpu_tell(unsigned cpu, task_fn *task);
/** Waits until the CPU has done what it was told; false: it has not after five seconds. */
bool cpu_is_done(unsigned cpu);
/** Waits until AFFINITY_INFO says that the CPU is off. */
void cpu_wait_off(unsigned cpu);
/** A task: the CPU leaves. */
task_fn cpu_leave;

/** The virtual count, and the milliseconds' worth of it. */
uint64_t now(void);
uint64_t milliseconds(uint64_t count);
/** The CPU interface: closed, or everything let through. */
void interface_close(void);
void interface_open(void);
/** The INTID that this CPU takes and ends; a special one if none comes in two seconds. */
uint32_t take_one(void);
