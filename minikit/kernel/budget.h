/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Initialises a scheduling context with a full budget. */
void budget_init(struct sched_context *sc, uint64_t budget_us, uint64_t period_us);

/* Whether the budget equals the period. It then only sets the time slice among equal priorities. */
static inline bool budget_is_slice(const struct sched_context *sc)
{
    return sc->budget == sc->period;
}

/* Time at which the budget is full again. */
static inline uint64_t budget_renewal(const struct sched_context *sc)
{
    return sc->period_start + sc->period;
}

/* Refills the budget if its period is over. */
void budget_renew(struct sched_context *sc, uint64_t now);

/* Charges the time since the last call to the running one. `next` runs from now on. */
void budget_charge(struct sched_context *next, uint64_t now);

/* The running scheduling context, or NULL. */
extern struct sched_context *budget_running;

/* Time at which the running one has used up its budget. */
uint64_t budget_end(void);
