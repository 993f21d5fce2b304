/* SPDX-License-Identifier: BSD-2-Clause */
/* What is told to the probe and by it, vCPU by vCPU: its mailboxes, and the code that it executes.
 */
#pragma once

#include "registers.h"
#include <probe.h>
#include <stddef.h>

enum {
    INSTRUCTION = 4 /* bytes */
};

/* Where guest RAM and the probe's memory are seen. */
extern uintptr_t guest_ram_vaddr, probe_vaddr;

volatile struct mailbox *mailbox_of(size_t id);

/** Puts the probe in place. `doorbell`: see MAILBOX_DOORBELL. */
void mailboxes_load(uint64_t doorbell);
/** Puts `word` where the vCPU executes it next. */
void mailbox_prepare(size_t id, uint32_t word, uint64_t pstate);
/** Reports that the vCPU has started, and with what. */
void mailbox_report_start(size_t id);
