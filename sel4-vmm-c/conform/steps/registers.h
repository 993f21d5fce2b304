/* SPDX-License-Identifier: BSD-2-Clause */
/* General-purpose registers around a step: what it finds in them, and what it has changed. */
#pragma once

#include <conform_protocol.h>

enum {
    GPRS = 31,
    ZERO_REGISTER = 31 /* as a data register; SP where a change is reported */
};

struct registers {
    uint64_t x[GPRS];
    uint64_t sp;
};

/** The form of a step; NULL when there is none of this number. */
const struct form *form_of(const struct step_access *step);

/** The instruction of a step. */
uint32_t word_of(const struct step_access *step, const struct form *form);

/** PSTATE that a step is made in: its `state` has the condition flags, and above them the mode. */
uint64_t pstate_of(uint8_t state);

/** Puts address and data where the instruction takes them from. */
void set_operands(struct registers *registers, const struct step_access *step,
                  const struct form *form);

/** Reports the registers that are not as before. */
void report_changes(const struct registers *before, const struct registers *after);

/** MRS or MSR of a step, with x2. */
uint32_t system_register_word(const struct step_sysreg *step);
