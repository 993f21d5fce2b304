/* SPDX-License-Identifier: BSD-2-Clause */
/* Executes the steps of a request. The target provides the functions below. */
#pragma once

#include "subject.h"

/* The machine of the last reset step. */
extern struct machine machine;

/* Fills in the greeting. */
void target_greet(struct record_greeting *greeting);
/* Resets everything. `machine` has the number of vCPUs; the target fills in the rest. */
void target_reset(bool page);
/* The API call of a step is about to be made. */
void target_calling(uint8_t tag);
/*
 * An API call is over, as if an entry point of the VMM had returned: performs deferred calls, and
 * runs started vCPUs until each is ready for the guest's steps.
 */
void target_called(uint8_t tag);

/* A vCPU will be started at this address in guest RAM. */
void target_expect_at(uint64_t ipa);

/* Executes a step of the guest and reports its observation, including the outcome. */
void target_access(const struct step_access *step);
void target_mapped(const struct step_mapped *step);
void target_take(const struct step_take *step);
void target_end(const struct step_end *step);
void target_deactivate(const struct step_deactivate *step);
void target_smc(const struct step_smc *step);
void target_sysreg(const struct step_sysreg *step);
void target_wait(const struct step_wait *step);
void target_timer(const struct step_timer *step);
void target_line(const struct step_line *step);
