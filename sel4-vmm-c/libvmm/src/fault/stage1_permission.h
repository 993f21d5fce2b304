/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions of a stage 1 descriptor (Arm ARM, D8.4 and D8.5). Part of stage1.c. */
#pragma once

#include "fault/stage1.h"

bool stage1_is_el0(const struct stage1 *stage1);

/* A leaf descriptor with the restrictions of the tables above it (ORed) applied. */
uint64_t stage1_below(uint64_t leaf, uint64_t tables);

/* A leaf descriptor after an access. The CPU updates access flag and dirty state where TCR_EL1
 * enables that (FEAT_HAFDBS). */
uint64_t stage1_marked(const struct stage1 *stage1, uint64_t leaf, bool write);

bool stage1_is_accessed(uint64_t leaf);
bool stage1_is_read_only(uint64_t tables);
bool stage1_permits(const struct stage1 *stage1, uint64_t leaf, enum stage1_access access,
                    bool as_el0);
