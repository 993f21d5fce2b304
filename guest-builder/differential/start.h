/* SPDX-License-Identifier: BSD-2-Clause */
/* What every CPU does at its start. */
#pragma once

#include "context.h"

/** Makes the vectors of an area those of this CPU. */
void start_vectors(struct area *area);
