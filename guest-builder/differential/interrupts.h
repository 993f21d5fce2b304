/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU interface, of either version. */
#pragma once

#include <stdint.h>

/** This CPU's interface on, every priority let through, no interrupt enabled. */
void interrupts_start(void);

/** Acknowledges; INTIDs from 1020 on mean that there is none. */
uint32_t interrupt_take(void);

/** Ends what was acknowledged. */
void interrupt_end(uint32_t acknowledged);
