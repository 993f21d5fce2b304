/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers: set for one act, or looked at and put back after it. */
#pragma once

#include "bytes.h"
#include "context.h"

/** Remembers what is put back later. */
void sysregs_start(void);

/** Sets a register of `REGISTER_SCTLR` and up for the act to come. */
void sysreg_override(struct context *context, unsigned id, uint64_t value);

/** Undoes what was overridden since the last call. */
void sysregs_put_back(void);

/** Logs those that an act has changed, and puts them back. */
void sysregs_log(struct writer *log);
