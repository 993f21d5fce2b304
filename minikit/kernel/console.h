/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include <sel4/config.h>

/* Writes to the board's UART, which firmware has configured (uart_pl011.c, uart_imx.c). Waits while
 * it is full. */
void uart_putc(uint8_t byte);

void console_putc(char c);

/* Prints a line: %s string, %d unsigned decimal, %x 16 hexadecimal digits, %c character. */
void print(const char *format, ...);

/* Prints why the kernel cannot continue, and stops the machine. */
_Noreturn void panic(const char *format, ...);

/* Prints in a debug kernel only. The arguments are always compiled. */
#ifdef CONFIG_PRINTING
#define say(...) print(__VA_ARGS__)
#else
#define say(...) ((void)(0 && (print(__VA_ARGS__), 0)))
#endif
