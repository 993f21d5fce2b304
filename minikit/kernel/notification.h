/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Sets bits in the word, and wakes its protection domain if that waits. */
void notification_signal(struct notification *notification, uint64_t badge);

/* Delivers the word to `thread`, which is bound and runs. Returns false if the word is 0. */
bool notification_take(struct notification *notification, struct thread *thread);

/* Takes back the scheduling context that was lent to the thread, which is about to wait. */
void notification_return_context(struct notification *notification, struct thread *thread);

/* The system calls Wait (`block`) and NBWait on the notification itself. */
void notification_receive(struct notification *notification, struct thread *thread, bool block);
