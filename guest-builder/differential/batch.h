/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that lie in memory, as the initrd (harness/differential/batch.ts). */
#pragma once

#include "bytes.h"

/** Finds the batch, if there is one. */
void batch_start(void);

/** A program of it; false when there is none of that number. */
bool batch_program(uint32_t number, struct reader *program);
