/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial port that the link runs on, as the firmware or the kernel has set it up. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** @param base  where its registers are. It raises no interrupt yet. */
void uart_start(uintptr_t base);
/** From now on it raises its interrupt when something is received. */
void uart_let_interrupt(void);
/** Whether something was received that was not taken yet. */
bool uart_has_input(void);
/** The next byte that was received; -1 when there is none. */
int uart_get(void);
/** Waits for room. */
void uart_put(uint8_t byte);
/** Takes back the interrupt of what was received, before the kernel is told. */
void uart_interrupt_seen(void);
