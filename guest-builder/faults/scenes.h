/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "attempt.h"

/* Each scene has its own file. */
void scene_pairs(void);
void scene_sizes(void);
void scene_walks(void);
void scene_pstate(void);
void scene_steps(void);

/** Prints how an attempt ended: "repro: WHAT: ESR", then FAR if the exception has one. */
void tell(const char *what, const struct attempt *attempt);
