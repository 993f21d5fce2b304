/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* The thread whose system call, fault or interrupt is being handled; NULL: idle. */
extern struct thread *current;

/* Whether a thread can run: it is RUNNING and has a scheduling context with budget. */
bool sched_can_run(const struct thread *thread);

/* Makes a thread that has become RUNNING ready. */
void sched_wake(struct thread *thread);

/* Removes a thread that no longer runs, or has lost its scheduling context, from the queues. */
void sched_stop(struct thread *thread);

/* Moves `sc` to a thread without one. The thread that used it stops. */
void sched_lend(struct sched_context *sc, struct thread *to);
void sched_take_back(struct sched_context *sc);

/* Ends the current thread's time slice. */
void sched_yield(void);

/* The timer of the kernel has fired. */
void sched_timer(void);

/* Whether this entry into the kernel has changed nothing, so that `current` continues. */
bool sched_is_settled(void);

/* The next thread, or NULL. It leaves its queue. */
struct thread *sched_choose(void);

/* Makes `next` `current`, charges its budget from now on, and sets the timer. NULL: idle. */
void sched_go_on(struct thread *next);

/* Adds a new thread to its queue. */
void sched_start(struct thread *thread);
