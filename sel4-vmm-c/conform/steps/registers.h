/* SPDX-License-Identifier: BSD-2-Clause */
/* General-purpose registers of a step: their values before it, and changes. */
#pragma once

#include <conform_protocol.h>

enum {
    GPRS = 31,
    ZERO_REGISTER = 31 /* as a data register; SP in reports of changes */
};

struct registers {
    uint64_t x[GPRS];
    uint64_t sp;
};

/** The form of a step; NULL if it does not exist. */
const struct form *form_of(const struct step_access *step);

/** The instruction of a step. */
uint32_t word_of(const struct step_access *step, const struct form *form);

/** PSTATE of a step. `state` has the condition flags, and above them the mode. */
uint64_t pstate_of(uint8_t state);

/** Sets the registers of address and data. */
void set_operands(struct registers *registers, const struct step_access *step,
                  const struct form *form);

/** Reports the registers that have changed. */
void report_changes(const struct registers *before, const struct registers *after);

/** The MRS or MSR of a step, with x2. */
uint32_t system_register_word(const struct step_sysreg *step);
