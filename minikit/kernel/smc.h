/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* Invocations of the capability that lets a protection domain make secure monitor calls. */
int smc_invoke(uint64_t label, uint64_t length);
