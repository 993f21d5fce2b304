/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include <sel4/config.h>

/* The board's UART, as the firmware has left it: uart_pl011.c or uart_imx.c. Waits for room. */
void uart_putc(uint8_t byte);

void console_putc(char c);

/* Prints a line: %s string, %d unsigned decimal, %x 16 hexadecimal digits, %c character. */
void print(const char *format, ...);

/* Says why the kernel cannot go on, and stops the machine where it is. */
_Noreturn void panic(const char *format, ...);

/* What only a debug kernel says; its arguments are compiled, so that they cannot rot. */
#ifdef CONFIG_PRINTING
#define say(...) print(__VA_ARGS__)
#else
#define say(...) ((void)(0 && (print(__VA_ARGS__), 0)))
#endif
