/* SPDX-License-Identifier: BSD-2-Clause */
/* The system counter, and the EL2 physical timer as the timer of the kernel. */
#pragma once

#include "arch.h"

#define TIME_NEVER UINT64_MAX

/* Ticks of the system counter. */
static inline uint64_t time_now(void)
{
    return READ_SYSREG(cntpct_el0);
}

uint64_t time_from_us(uint64_t us);

/* Sets the time of the next call of sched_timer(); it may be never. */
void time_set_event(uint64_t at);

/* Call it after gic_init(). */
void time_init(void);
