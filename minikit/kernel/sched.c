/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler: fixed priorities, round robin among equals, and a budget of time for each period.
 * The order follows seL4 (MCS): the running thread is in no queue. A thread that wakes goes to the
 * front of its queue, unless its priority equals that of the running one. A thread that has used up
 * its time slice goes to the back.
 */
#include "sched.h"

#include "budget.h"
#include "queue.h"
#include "time.h"

enum {
    PRIORITIES = 256,
};

struct thread *current;

static struct queue ready[PRIORITIES];
static uint64_t ready_bits[PRIORITIES / 64]; /* queues that are not empty */
static struct queue sleepers; /* threads without budget, ordered by the time of their refill */

/* The decision of this entry into the kernel: continue `current`, or one of these. */
static struct thread *candidate; /* was woken, and is in no queue yet */
static bool choose;              /* choose from the queues */

static void ready_insert(struct thread *thread, bool front)
{
    ready_bits[thread->priority / 64] |= 1ull << thread->priority % 64;
    if (front) {
        queue_push_front(&ready[thread->priority], thread);
    } else {
        queue_push_back(&ready[thread->priority], thread);
    }
}

static void unqueue(struct thread *thread)
{
    queue_remove(thread);
    if (!ready[thread->priority].head) {
        ready_bits[thread->priority / 64] &= ~(1ull << thread->priority % 64);
    }
}

/* The highest priority in the ready queues, or -1. */
static int highest_ready(void)
{
    for (int i = PRIORITIES / 64 - 1; i >= 0; i--) {
        if (ready_bits[i]) {
            return i * 64 + 63 - __builtin_clzll(ready_bits[i]);
        }
    }
    return -1;
}

static void sleep(struct thread *thread)
{
    struct thread *before = sleepers.head;
    while (before && budget_renewal(before->sc) <= budget_renewal(thread->sc)) {
        before = before->next;
    }
    queue_insert(&sleepers, before, thread);
}

bool sched_can_run(const struct thread *thread)
{
    return thread->state == RUNNING && thread->sc && thread->queue != &sleepers;
}

static void choose_from_queues(void)
{
    choose = true;
    if (candidate) {
        struct thread *thread = candidate;
        candidate = NULL;
        if (sched_can_run(thread)) {
            ready_insert(thread, true);
        }
    }
}

void sched_wake(struct thread *thread)
{
    if (!sched_can_run(thread) || thread->queue || thread == current || thread == candidate) {
        return;
    }
    if (!budget_is_slice(thread->sc)) {
        budget_renew(thread->sc, time_now());
        if (thread->sc->left == 0) {
            sleep(thread);
            choose = true; /* to set the timer */
            return;
        }
    }
    if (candidate || choose) {
        choose_from_queues();
        ready_insert(thread, true);
    } else {
        candidate = thread;
    }
}

void sched_stop(struct thread *thread)
{
    if (thread->queue &&
        (thread->queue == &sleepers || thread->queue == &ready[thread->priority])) {
        unqueue(thread);
    }
    if (thread == candidate) {
        candidate = NULL;
        choose = true;
    }
}

void sched_lend(struct sched_context *sc, struct thread *to)
{
    sched_take_back(sc);
    sc->thread = to;
    to->sc = sc;
}

void sched_take_back(struct sched_context *sc)
{
    struct thread *from = sc->thread;
    if (from) {
        from->sc = NULL;
        sc->thread = NULL;
        sched_stop(from);
    }
}

void sched_start(struct thread *thread)
{
    thread->state = RUNNING;
    ready_insert(thread, true);
    choose = true;
}

static void end_slice(uint64_t now)
{
    budget_renew(current->sc, now);
    if (budget_is_slice(current->sc)) {
        current->sc->left = current->sc->budget;
    }
    if (current->sc->left > 0) {
        ready_insert(current, false);
    } else {
        sleep(current);
    }
    choose_from_queues();
}

void sched_yield(void)
{
    uint64_t now = time_now();
    budget_charge(budget_running, now);
    current->sc->left = 0;
    end_slice(now);
}

void sched_timer(void)
{
    uint64_t now = time_now();
    budget_charge(budget_running, now);
    if (current && sched_can_run(current) && current->sc->left == 0) {
        end_slice(now);
    }
    while (sleepers.head && budget_renewal(sleepers.head->sc) <= now) {
        struct thread *thread = sleepers.head;
        queue_remove(thread);
        sched_wake(thread);
    }
    choose = true;
}

struct thread *sched_choose(void)
{
    struct thread *woken = candidate;
    bool current_runs = current && sched_can_run(current) && !current->queue;
    if (woken && !choose) { /* the usual case: a message or an answer */
        candidate = NULL;
        if (!current_runs && woken->priority >= highest_ready()) {
            return woken;
        }
        if (current_runs && woken->priority > current->priority) {
            ready_insert(current, true);
            return woken;
        }
        ready_insert(woken, !(current_runs && woken->priority == current->priority));
    }
    choose_from_queues();
    choose = false;
    int priority = highest_ready();
    if (current_runs && current->priority >= priority) {
        return current;
    }
    if (current_runs) {
        ready_insert(current, true);
    }
    if (priority < 0) {
        return NULL;
    }
    struct thread *first = ready[priority].head;
    unqueue(first);
    return first;
}

/* The time of the next timer interrupt: a budget or slice ends, or a budget is refilled. */
static uint64_t next_event(void)
{
    uint64_t at = TIME_NEVER;
    if (current && (!budget_is_slice(current->sc) || ready[current->priority].head)) {
        at = budget_end();
    }
    if (sleepers.head && budget_renewal(sleepers.head->sc) < at) {
        at = budget_renewal(sleepers.head->sc);
    }
    return at;
}

bool sched_is_settled(void)
{
    return !candidate && !choose && sched_can_run(current);
}

void sched_go_on(struct thread *next)
{
    struct sched_context *sc = next ? next->sc : NULL;
    if (sc != budget_running) {
        budget_charge(sc, time_now());
    }
    current = next;
    time_set_event(next_event());
}
