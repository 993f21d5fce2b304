/* SPDX-License-Identifier: BSD-2-Clause */
/* Doing the steps of a request. What they do to a guest is the target's: these are its. */
#pragma once

#include "subject.h"

/* The machine as it is after the last reset step. */
extern struct machine machine;

/* Fills in what the target says of itself. */
void target_greet(struct record_greeting *greeting);
/* Everything back to the start: `machine` has the number of vCPUs, and is completed by the target.
 */
void target_reset(bool page);
/* The API call of a step is about to be made. */
void target_calling(uint8_t tag);
/*
 * An API call is over, as if an entry point of the VMM's had returned: does what is deferred till
 * then, and lets vCPUs run that were started, until each is where the guest's steps begin.
 */
void target_called(uint8_t tag);

/* A vCPU will be started at this address in guest RAM. */
void target_expect_at(uint64_t ipa);

/* A step of the guest; the target reports what is seen of it, the outcome included. */
void target_access(const struct step_access *step);
void target_take(const struct step_take *step);
void target_end(const struct step_end *step);
void target_deactivate(const struct step_deactivate *step);
void target_smc(const struct step_smc *step);
void target_sysreg(const struct step_sysreg *step);
void target_wait(const struct step_wait *step);
void target_timer(const struct step_timer *step);
void target_line(const struct step_line *step);
