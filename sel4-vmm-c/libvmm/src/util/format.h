/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatted text, character by character. */
#pragma once

#include <stdarg.h>

/* Who takes the characters. */
struct format_sink {
    void (*put)(void *data, char c);
    void *data;
};

/* Gives the number of characters. `arguments` is left behind the last that was used. */
int format_text(struct format_sink sink, const char *format, va_list *arguments);
