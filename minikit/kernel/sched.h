/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* The thread whose system call, fault or interrupted instruction is being handled; NULL: idle. */
extern struct thread *current;

/* True when a thread could be given the processor: it runs, with a scheduling context in budget. */
bool sched_can_run(const struct thread *thread);

/* Lets a thread that has become RUNNING compete for the processor. */
void sched_wake(struct thread *thread);

/* Takes a thread that runs no more, or has lost its scheduling context, out of the queues. */
void sched_stop(struct thread *thread);

/* Gives `sc` to a thread that has none; who ran on it stops. */
void sched_lend(struct sched_context *sc, struct thread *to);
void sched_take_back(struct sched_context *sc);

/* Ends the current thread's time slice. */
void sched_yield(void);

/* The timer of the kernel has fired. */
void sched_timer(void);

/* True when this entry into the kernel has changed nothing: `current` goes on. */
bool sched_is_settled(void);

/* The next thread by what this entry has come to, or NULL. It leaves its queue. */
struct thread *sched_choose(void);

/* `next` is `current` from now on, its budget counts, and the alarm is set; NULL: nobody. */
void sched_go_on(struct thread *next);

/* Puts a new thread where the first sched_choose() will find it. */
void sched_start(struct thread *thread);
