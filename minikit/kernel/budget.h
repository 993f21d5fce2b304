/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* A new scheduling context, its budget whole. */
void budget_init(struct sched_context *sc, uint64_t budget_us, uint64_t period_us);

/* Without an end of its budget, which equals the period: then it is but a slice among equals. */
static inline bool budget_is_slice(const struct sched_context *sc)
{
    return sc->budget == sc->period;
}

/* When the budget is whole again. */
static inline uint64_t budget_renewal(const struct sched_context *sc)
{
    return sc->period_start + sc->period;
}

/* Gives the budget again if its period is over. */
void budget_renew(struct sched_context *sc, uint64_t now);

/* Takes the time since the last charge from the one that was running; `next` runs from now on. */
void budget_charge(struct sched_context *next, uint64_t now);

/* The one that is running, or NULL. */
extern struct sched_context *budget_running;

/* When the running one has nothing left. */
uint64_t budget_end(void);
