/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Handles invocations of a thread by its parent or VMM. */
int tcb_invoke(struct thread *thread, uint64_t label, uint64_t length);
