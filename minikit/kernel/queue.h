/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of threads, linked through the threads themselves. */
#pragma once

#include "object.h"

static inline void queue_insert(struct queue *queue, struct thread *before, struct thread *thread)
{
    struct thread *after = before ? before->prev : queue->tail;
    thread->next = before;
    thread->prev = after;
    thread->queue = queue;
    *(after ? &after->next : &queue->head) = thread;
    *(before ? &before->prev : &queue->tail) = thread;
}

static inline void queue_push_front(struct queue *queue, struct thread *thread)
{
    queue_insert(queue, queue->head, thread);
}

static inline void queue_push_back(struct queue *queue, struct thread *thread)
{
    queue_insert(queue, NULL, thread);
}

/* Inserts a thread behind all threads of at least its priority. */
static inline void queue_by_priority(struct queue *queue, struct thread *thread)
{
    struct thread *before = NULL;
    for (struct thread *t = queue->tail; t && t->priority < thread->priority; t = t->prev) {
        before = t;
    }
    queue_insert(queue, before, thread);
}

static inline void queue_remove(struct thread *thread)
{
    struct queue *queue = thread->queue;
    *(thread->prev ? &thread->prev->next : &queue->head) = thread->next;
    *(thread->next ? &thread->next->prev : &queue->tail) = thread->prev;
    thread->queue = NULL;
}
