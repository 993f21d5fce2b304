/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling contexts: a budget of time for each period. A period begins when its budget is first
 * used, and the rest of the budget is lost at its end. (seL4 replenishes each used part one period
 * later. Both limit a thread that never waits to its budget in each period.)
 */
#include "budget.h"

#include "time.h"

struct sched_context *budget_running;
static uint64_t charged_until;

void budget_init(struct sched_context *sc, uint64_t budget_us, uint64_t period_us)
{
    sc->budget = time_from_us(budget_us);
    sc->period = time_from_us(period_us);
    sc->left = sc->budget;
    sc->period_start = time_now();
}

void budget_renew(struct sched_context *sc, uint64_t now)
{
    if (!budget_is_slice(sc) && now >= budget_renewal(sc)) {
        sc->period_start = now;
        sc->left = sc->budget;
    }
}

void budget_charge(struct sched_context *next, uint64_t now)
{
    if (budget_running) {
        uint64_t used = now - charged_until;
        struct sched_context *sc = budget_running;
        sc->left = used < sc->left ? sc->left - used : 0;
    }
    if (next && next != budget_running) {
        budget_renew(next, now);
    }
    budget_running = next;
    charged_until = now;
}

uint64_t budget_end(void)
{
    return charged_until + budget_running->left;
}
