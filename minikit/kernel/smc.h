/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* Handles invocations of the capability for SMCs. */
int smc_invoke(uint64_t label, uint64_t length);
