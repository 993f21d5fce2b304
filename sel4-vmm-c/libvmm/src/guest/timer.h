/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual timer. seL4 runs it only while its vCPU is loaded; when it fires, seL4 masks its PPI
 * and sends a VPPIEvent, and keeps the PPI masked until it is acknowledged.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_NEVER UINT64_MAX

/* The guest's virtual count. */
uint64_t vtimer_count(void);
/* Count at which the vCPU's timer fires; TIMER_NEVER if it is off or masked. */
uint64_t vtimer_deadline(size_t vcpu_id);
/* Does it ask for an interrupt? */
bool vtimer_is_asserted(size_t vcpu_id);
/* Lets the timer fire again: the guest is done with its interrupt. */
void vtimer_rearm(size_t vcpu_id, uint32_t intid);
/* A VPPIEvent. */
void vtimer_event(size_t vcpu_id, uint64_t intid);
