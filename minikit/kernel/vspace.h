/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Handles invocations of a thread's own address space: cache maintenance. */
int vspace_invoke(const struct thread *thread, uint64_t label, uint64_t length);
