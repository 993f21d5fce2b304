/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Sets bits in the word, and wakes its protection domain when it waits. */
void notification_signal(struct notification *notification, uint64_t badge);

/* Gives the word to `thread`, which is bound to the notification and runs; false: nothing there. */
bool notification_take(struct notification *notification, struct thread *thread);

/* Takes back what the notification has lent to its thread, which is about to wait. */
void notification_return_context(struct notification *notification, struct thread *thread);

/* A system call: waits on the notification itself, or with !block looks once. */
void notification_receive(struct notification *notification, struct thread *thread, bool block);
