/* SPDX-License-Identifier: BSD-2-Clause */
/* General-purpose registers of a step: their values before it, and changes. */
#pragma once

#include <conform_protocol.h>

enum {
    GPRS = 31,
    ZERO_REGISTER = 31 /* as a data register; SP in reports of changes */
};

/* Data is big-endian. In AArch64 that is a matter of SCTLR_EL1, so the bit is none of PSTATE's. */
#define PSTATE_BIG_ENDIAN (1ull << 32)
enum {
    STATE_BIG_ENDIAN = 0x40,
    SCTLR_BIG_ENDIAN = 3 << 24 /* EE, E0E */
};

struct registers {
    uint64_t x[GPRS];
    uint64_t sp;
};

/** The form of a step; NULL if it does not exist. */
const struct form *form_of(const struct step_access *step);

/** The instruction of a step. */
uint32_t word_of(const struct step_access *step, const struct form *form);

/** PSTATE of a step, with PSTATE_BIG_ENDIAN. `state` has the condition flags, the mode, and
 * STATE_BIG_ENDIAN. */
uint64_t pstate_of(uint8_t state);

/** Sets the registers of address and data. */
void set_operands(struct registers *registers, const struct step_access *step,
                  const struct form *form);

/** Reports the registers that have changed. */
void report_changes(const struct registers *before, const struct registers *after);

/** The MRS or MSR of a step, with x2. */
uint32_t system_register_word(const struct step_sysreg *step);
