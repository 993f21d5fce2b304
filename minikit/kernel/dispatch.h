/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Gives the thread to go on with, the processor ready for it; waits while no thread can run. */
struct thread *dispatch(void);
