/* SPDX-License-Identifier: BSD-2-Clause */
/* The mailboxes of the probe, one for each vCPU, and the code that it executes. */
#pragma once

#include "registers.h"
#include <probe.h>
#include <stddef.h>

enum {
    INSTRUCTION = 4 /* bytes */
};

/* Addresses of guest RAM and of the probe's memory. */
extern uintptr_t guest_ram_vaddr, probe_vaddr;

volatile struct mailbox *mailbox_of(size_t id);

/** Copies the probe to its memory. `doorbell`: see MAILBOX_DOORBELL. */
void mailboxes_load(uint64_t doorbell);
/** Makes `word` the next instruction of the vCPU. */
void mailbox_prepare(size_t id, uint32_t word, uint64_t pstate);
/** Reports that the vCPU has started, with its registers. */
void mailbox_report_start(size_t id);
