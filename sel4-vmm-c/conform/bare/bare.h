/* SPDX-License-Identifier: BSD-2-Clause */
/* The bare machine under the probe. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Number of CPUs. */
size_t bare_cpus(void);
/** Starts a CPU for the probe. Returns false if it does not exist or is on. */
bool bare_start(size_t id, uint64_t pc, uint64_t x0);

/** Resets this CPU's part of the interrupt controller, and the shared part. */
void gic_clean(void);

/** Calls the firmware with x0 to x3. Returns the results there. */
void firmware(uint64_t x[4]);
/** Has the firmware start CPU `id` at EL2. Returns false if it does not exist. */
bool firmware_cpu_on(size_t id);

/** Prints a message about an impossible state, and stops. */
_Noreturn void bare_died(uint64_t esr, uint64_t elr);
_Noreturn void bare_main(void);
_Noreturn void bare_second_main(size_t id);
