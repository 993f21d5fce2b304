/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs that run the probe. Between steps each of them is parked at its doorbell, suspended. Before
 * the subject is called with something that may stop vCPUs they are let go, so that it shows: one
 * that it has stopped does not come back to its doorbell.
 */
#pragma once

#include "registers.h"
#include <probe.h>
#include <stdbool.h>
#include <stddef.h>

/** Puts the probe in place. */
void vcpus_load(void);

/** Whether the vCPU runs, as far as the guest can tell. */
bool vcpu_runs(size_t id);

/** The registers that the vCPU has, or is to have. */
void vcpu_get(size_t id, struct registers *registers);
void vcpu_set(size_t id, const struct registers *registers);

/** Lets go all that are parked: the subject is about to be called. */
void vcpus_loosen(void);

/** Sends what an entry point of the VMM's has deferred. */
void vcpus_send_deferred(void);

/** Lets everything run that can; returns when nothing does any more. */
void vcpus_settle(void);

/** The first `count` vCPUs are off, and their CPU interfaces as after reset; so were the others. */
void vcpus_reset(size_t count);

/** Makes a vCPU that is started at `ipa`, in guest RAM, go to the probe. */
void vcpu_expect_at(uint64_t ipa);

enum vcpu_outcome {
    VCPU_NEXT,
    VCPU_EXCEPTION,
    VCPU_AGAIN, /* the same instruction over and over */
    VCPU_GONE   /* it does not run any more */
};

/** Executes `word` on a vCPU that runs, in this PSTATE. */
enum vcpu_outcome vcpu_execute(size_t id, uint32_t word, uint64_t pstate);

/**
 * Executes `word` with these values in x1 and x2, and leaves no trace in the vCPU's registers.
 *
 * @return x2 afterwards
 */
uint64_t vcpu_operate(size_t id, uint32_t word, uint64_t x1, uint64_t x2,
                      enum vcpu_outcome *outcome);

/** Reports that the instruction is done, and PSTATE behind it. */
void vcpu_report_next(size_t id);

/** Reports the exception that the instruction ended with. */
void vcpu_report_exception(size_t id);

/** Waits until something has been received on the line. */
void vcpus_wait_for_input(void);
