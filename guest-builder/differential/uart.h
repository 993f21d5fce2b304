/* SPDX-License-Identifier: BSD-2-Clause */
/* The console, polled. Baud rate and pins stay as the previous software has set them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** To be called first: the UART of `machine`, at `offset` from its physical address. */
void uart_start(uint64_t offset);

/** A byte, or -1 when none has arrived. */
int uart_get(void);

void uart_put(uint8_t byte);

void uart_text(const char *text);
void uart_hex(uint64_t value);
