/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs that run the probe. Between steps each of them is suspended at its doorbell. Before a call
 * of the subject that may stop vCPUs they are resumed: a vCPU that the subject has stopped does not
 * return to its doorbell.
 */
#pragma once

#include "registers.h"
#include <probe.h>
#include <stdbool.h>
#include <stddef.h>

/** Copies the probe to its memory. */
void vcpus_load(void);

/** Whether the vCPU runs, as the guest sees it. */
bool vcpu_runs(size_t id);

/** The registers of the vCPU, for reading and setting. */
void vcpu_get(size_t id, struct registers *registers);
void vcpu_set(size_t id, const struct registers *registers);

/** Resumes all suspended vCPUs before a call of the subject. */
void vcpus_loosen(void);

/** Performs the call that an entry point of the VMM has deferred. */
void vcpus_send_deferred(void);

/** Runs all vCPUs that can run. Returns when none does any more. */
void vcpus_settle(void);

/** Turns the first `count` vCPUs off and resets their CPU interfaces. The others must be off. */
void vcpus_reset(size_t count);

/** Makes a vCPU that is started at `ipa`, in guest RAM, enter the probe. */
void vcpu_expect_at(uint64_t ipa);

enum vcpu_outcome {
    VCPU_NEXT,
    VCPU_EXCEPTION,
    VCPU_AGAIN, /* executes the same instruction repeatedly */
    VCPU_GONE   /* no longer runs */
};

/** Executes `word` in this PSTATE on a vCPU that runs. */
enum vcpu_outcome vcpu_execute(size_t id, uint32_t word, uint64_t pstate);

/**
 * Executes `word` with these values in x1 and x2, and leaves no trace in the vCPU's registers.
 *
 * @return x2 afterwards
 */
uint64_t vcpu_operate(size_t id, uint32_t word, uint64_t x1, uint64_t x2,
                      enum vcpu_outcome *outcome);

/** Reports that the instruction has completed, and PSTATE after it. */
void vcpu_report_next(size_t id);

/** Reports the exception that ended the instruction. */
void vcpu_report_exception(size_t id);

/** Waits until something has been received on the line. */
void vcpus_wait_for_input(void);
