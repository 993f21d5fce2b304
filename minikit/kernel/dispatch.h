/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Returns the next thread, with the processor prepared for it. Waits while no thread can run. */
struct thread *dispatch(void);
