/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: writes lines of text to the UART. */
#include "console.h"

#include <stdarg.h>

#include "arch.h"

void console_putc(char c)
{
    if (c == '\n') {
        console_putc('\r');
    }
    uart_putc((uint8_t)c);
}

static void put_string(const char *s)
{
    while (*s) {
        console_putc(*s++);
    }
}

static void put_number(uint64_t value, unsigned base, int width)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 || count < width);
    while (count > 0) {
        console_putc(digits[--count]);
    }
}

static void print_list(const char *format, va_list list)
{
    for (; *format; format++) {
        if (*format != '%') {
            console_putc(*format);
            continue;
        }
        switch (*++format) {
        case 's': put_string(va_arg(list, const char *)); break;
        case 'd': put_number(va_arg(list, uint64_t), 10, 1); break;
        case 'x': put_string("0x"), put_number(va_arg(list, uint64_t), 16, 16); break;
        case 'c': console_putc((char)va_arg(list, int)); break;
        default: console_putc(*format); break;
        }
    }
    console_putc('\n');
}

void print(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    print_list(format, list);
    va_end(list);
}

_Noreturn void panic(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    put_string("minikit|ERROR: ");
    print_list(format, list);
    va_end(list);
    for (;;) {
        __asm__ volatile("wfi");
    }
}
