/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatted text, character by character. */
#pragma once

#include <stdarg.h>

/* Receives the characters. */
struct format_sink {
    void (*put)(void *data, char c);
    void *data;
};

/* Returns the number of characters. `arguments` is advanced past the last one used. */
int format_text(struct format_sink sink, const char *format, va_list *arguments);
