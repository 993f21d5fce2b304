/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints lines on the debug console, for protection domains under test. */
#pragma once

#include <microkit.h>

static inline void say(const char *text)
{
    microkit_dbg_puts(text);
}

static inline void say_number(seL4_Word value)
{
    if (value >> 32) {
        say("more than 32 bits");
    } else {
        microkit_dbg_put32((seL4_Uint32)value);
    }
}

static inline void say_hex(seL4_Word value)
{
    say("0x");
    int shift = 60;
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        microkit_dbg_putc("0123456789abcdef"[value >> shift & 15]);
    }
}

/* Prints the name of this protection domain, a text, a number, and the end of the line. */
static inline void report(const char *text, seL4_Word value)
{
    say(microkit_name);
    say(": ");
    say(text);
    say(" ");
    say_number(value);
    say("\n");
}

/* Prints the line that ends the test. */
static inline void finish(void)
{
    say("finished\n");
}
