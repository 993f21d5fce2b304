/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers: set for one act, or compared and restored after it. */
#pragma once

#include "bytes.h"
#include "context.h"

/** Records the values to restore later. */
void sysregs_start(void);

/** Gives the registers of this CPU those values. */
void sysregs_take_over(void);

/** Sets a register, from `REGISTER_SCTLR` on, for the next act. */
void sysreg_override(struct context *context, unsigned id, uint64_t value);

/** Undoes the overrides since the last call. */
void sysregs_put_back(void);

/** Logs the registers that an act has changed, and restores them. */
void sysregs_log(struct writer *log);
