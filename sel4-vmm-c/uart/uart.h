/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial port of the link. Firmware or kernel has configured it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Initialises the driver without enabling interrupts. @param base  address of the registers */
void uart_start(uintptr_t base);
/** Enables the interrupt for received data. */
void uart_let_interrupt(void);
/** Whether a received byte is available. */
bool uart_has_input(void);
/** The next received byte, or -1. */
int uart_get(void);
/** Writes a byte. Waits while the transmitter is full. */
void uart_put(uint8_t byte);
/** Clears the receive interrupt. Call it before the interrupt is acknowledged to the kernel. */
void uart_interrupt_seen(void);
