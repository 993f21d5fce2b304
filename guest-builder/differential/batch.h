/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs in memory, passed as the initrd (harness/differential/batch.ts). */
#pragma once

#include "bytes.h"

/** Finds the batch, if there is one. */
void batch_start(void);

/** A program of the batch; false when there is none with this number. */
bool batch_program(uint32_t number, struct reader *program);
