/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatted printing for a protection domain, without a C library or allocation. It has the
 * conversions of C11 (7.21.6.1) except floating point, wide characters and %n: d i u o x X c s p
 * and %, with flags, width, precision and the lengths hh h l ll j z t. An unknown conversion is
 * printed unchanged.
 *
 * The names are macros, so that they do not clash with a C library in the same program. All
 * functions can be called from anywhere.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#define printf    vmm_printf
#define vprintf   vmm_vprintf
#define snprintf  vmm_snprintf
#define vsnprintf vmm_vsnprintf
#define sprintf   vmm_sprintf

/**
 * Prints on the kernel's debug console. A release kernel has no console and prints nothing.
 *
 * @return characters printed
 */
int vmm_printf(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
int vmm_vprintf(const char *format, va_list arguments);

/**
 * Prints into a buffer of `size` bytes. The text is 0-terminated unless size is 0.
 *
 * @return length of the whole text without the 0; at least `size` if the text was truncated
 */
int vmm_snprintf(char *buffer, size_t size, const char *format, ...)
    __attribute__((__format__(__printf__, 3, 4)));
int vmm_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);

/** Prints into a buffer that must be large enough. */
int vmm_sprintf(char *buffer, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));
