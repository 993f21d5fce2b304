/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU interface, of either GIC version. */
#pragma once

#include <stdint.h>

/** Enables this CPU's interface with the lowest priority mask. No interrupt is enabled. */
void interrupts_start(void);

/** Acknowledges an interrupt. INTIDs from 1020 on mean that there is none. */
uint32_t interrupt_take(void);

/** Ends an acknowledged interrupt. */
void interrupt_end(uint32_t acknowledged);
