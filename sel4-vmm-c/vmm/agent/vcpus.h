/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs that run the probe. Between steps each of them is parked at its doorbell, suspended. Before the subject is
 * called they are let go, so that what it does to a vCPU shows: one that it has stopped does not come back to
 * its doorbell.
 */
#pragma once

#include <probe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Puts the probe in place. */
void vcpus_load(void);

struct mailbox *vcpu_mailbox(size_t id);

/** Whether the vCPU runs, as far as the guest can tell. */
bool vcpu_runs(size_t id);

/** Lets everything run that can; returns when nothing does any more. */
void vcpus_settle(void);

/** All vCPUs are off, and their CPU interfaces as after reset. */
void vcpus_reset(void);

/** Makes a vCPU that is started at `ipa`, in guest RAM, go to the probe. */
void vcpu_expect_at(uint64_t ipa);

enum vcpu_outcome {
    VCPU_DONE,  /* see its mailbox */
    VCPU_AGAIN, /* the same instruction over and over */
    VCPU_GONE   /* it does not run any more */
};

/** Executes `word` with the registers in the mailbox of a vCPU that runs. */
enum vcpu_outcome vcpu_execute(size_t id, uint32_t word);

/** Of main.c: waits for input on the line. */
void events_wait(void);
