/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine itself, with nothing between it and the probe. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** CPUs that there are. */
size_t bare_cpus(void);
/** Starts a CPU for the probe; false when there is none such or it is on. */
bool bare_start(size_t id, uint64_t pc, uint64_t x0);

/** This CPU's part of the interrupt controller, and what all share of it, as after reset. */
void gic_clean(void);

/** A call of the firmware: x0 to x3 in, and out. */
void firmware(uint64_t x[4]);
/** Has the firmware start CPU `id` at EL2; false when there is none. */
bool firmware_cpu_on(size_t id);

/** Something that cannot be: says so, and stops. */
_Noreturn void bare_died(uint64_t esr, uint64_t elr);
_Noreturn void bare_main(void);
_Noreturn void bare_second_main(size_t id);
