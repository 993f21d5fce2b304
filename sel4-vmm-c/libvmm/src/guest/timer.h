/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual timer. seL4 runs it only while its vCPU is loaded. When it fires, seL4 sends a
 * VPPIEvent and masks the PPI until it is acknowledged.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_NEVER UINT64_MAX

/* The guest's virtual count. */
uint64_t vtimer_count(void);
/* Count at which the vCPU's timer fires; TIMER_NEVER if the timer is off or masked. */
uint64_t vtimer_deadline(size_t vcpu_id);
/* Whether the timer asserts its line. */
bool vtimer_is_asserted(size_t vcpu_id);
/* Lets the timer fire again after the guest has handled its interrupt. */
void vtimer_rearm(size_t vcpu_id, uint32_t intid);
/*
 * On a kernel for several cores: a fault of the vCPU may have been dropped before it was received.
 * If it was the timer's event, the PPI would stay masked. The timer fires again if it is still due.
 */
void vtimer_event_dropped(size_t vcpu_id);
/* Handles a VPPIEvent. */
void vtimer_event(size_t vcpu_id, uint64_t intid);
