/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats with libvmm and with the C library of this machine, for main.c: `formats` prints
 * differences. */
#include "commands.h"
#include <libvmm/util/printf.h>
#undef printf
#undef vprintf
#undef snprintf
#undef vsnprintf
#undef sprintf
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned compared, differed;

/* Formats into buffers of several sizes, the first of which are too short. */
static void compare(const char *format, ...)
{
    static const size_t sizes[] = {0, 1, 5, 200};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char ours[200] = "unchanged", theirs[200] = "unchanged";
        va_list arguments;
        va_start(arguments, format);
        int our_count = vmm_vsnprintf(ours, sizes[i], format, arguments);
        va_end(arguments);
        va_start(arguments, format);
        int their_count = vsnprintf(theirs, sizes[i], format, arguments);
        va_end(arguments);
        compared++;
        if (our_count == their_count && strcmp(ours, theirs) == 0)
            continue;
        differed++;
        printf("[%s] in %zu: got %d [%s], expected %d [%s]; ", format, sizes[i], our_count, ours,
               their_count, theirs);
    }
}

static const char *const flags[] = {"", "-", "0", "+", " ", "#", "-#", "0#", "+0", "- "};
static const char *const widths[] = {"", "1", "7", "23"};
static const char *const precisions[] = {"", ".", ".0", ".1", ".9"};
static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
static const uint64_t values[] = {
    0,
    1,
    7,
    8,
    9,
    10,
    0x7f,
    0x80,
    0xff,
    0x8000,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000),
    UINT64_MAX,
};

#define EACH(name, table) for (size_t name = 0; name < sizeof(table) / sizeof(table[0]); name++)

static void compare_numbers(const char *prefix)
{
    EACH(l, lengths)
    {
        for (const char *letter = "diuoxX"; *letter; letter++) {
            char format[40];
            snprintf(format, sizeof(format), "a%s%s%cb", prefix, lengths[l], *letter);
            EACH(v, values)
            {
                if (l < 3)
                    compare(format, (int)values[v]);
                else
                    compare(format, values[v]);
            }
        }
    }
}

static void compare_texts(const char *prefix)
{
    char format[40];
    snprintf(format, sizeof(format), "a%ssb", prefix);
    compare(format, "");
    compare(format, "guest");
    compare(format, "a longer text than the width is");
    snprintf(format, sizeof(format), "a%scb", prefix);
    compare(format, 'x');
}

void formats(const uint64_t *n)
{
    (void)n;
    compared = differed = 0;
    EACH(f, flags) EACH(w, widths) EACH(p, precisions)
    {
        char prefix[32];
        snprintf(prefix, sizeof(prefix), "%%%s%s%s", flags[f], widths[w], precisions[p]);
        compare_numbers(prefix);
        compare_texts(prefix);
    }
    compare("%d %s %lx%%", 5, "five", 0x5ul);
    compare("%*d|%-*d|%*d|%.*d|%.*s", 5, 42, 5, 42, -5, 42, 4, 42, -1, "whole");
    compare("%p", (void *)0x1234);
    compare("100%%");
    printf("%u compared, %u differ\n", compared, differed);
}

void format_oddities(const uint64_t *n)
{
    (void)n;
    char text[100];
    char *at = text;
    const char *volatile none = NULL;
    at += vmm_snprintf(at, 30, "[%s]", none);
    const char *volatile unknown = "[%y] [%5.2f] [%";
    at += vmm_snprintf(at, 30, unknown, 1.0);
    puts(text);
}
