/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU interface, of either GIC version. */
#pragma once

#include <stdint.h>

/** Starts the interrupt controller for CPU 0. No interrupt is enabled, SPIs go to CPU 0. */
void interrupts_start(void);

/** Enables this CPU's interface with the lowest priority mask. */
void interrupts_start_cpu(unsigned cpu);

/** Acknowledges an interrupt. INTIDs from 1020 on mean that there is none. */
uint32_t interrupt_take(void);

/** Ends an acknowledged interrupt. */
void interrupt_end(uint32_t acknowledged);
