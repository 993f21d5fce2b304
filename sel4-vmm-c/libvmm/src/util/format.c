/* SPDX-License-Identifier: BSD-2-Clause */
/* The conversions of printf (C11, 7.21.6.1), without floating point. */
#include "util/format.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    NUMBER_MAX = 22 /* digits of 64 bits in octal */
};

/* A conversion specification, between % and its letter. */
struct conversion {
    bool left, plus, space, alternate, zero;
    int width;
    int precision; /* -1: none */
    uint8_t bytes; /* of an integer argument */
};

struct output {
    struct format_sink sink;
    int count;
};

static void put(struct output *out, char c)
{
    out->sink.put(out->sink.data, c);
    out->count++;
}

static void put_times(struct output *out, char c, int times)
{
    for (int i = 0; i < times; i++)
        put(out, c);
}

static void put_text(struct output *out, const char *text, int length)
{
    for (int i = 0; i < length; i++)
        put(out, text[i]);
}

/* prefix, zeros and text as one field of the conversion's width */
static void put_field(struct output *out, const struct conversion *conversion, const char *prefix,
                      int zeros, const char *text, int length)
{
    int prefix_length = 0;
    while (prefix[prefix_length] != '\0')
        prefix_length++;
    int unused = conversion->width - prefix_length - zeros - length;
    if (conversion->zero && !conversion->left && conversion->precision < 0 && unused > 0) {
        zeros += unused;
        unused = 0;
    }
    if (!conversion->left)
        put_times(out, ' ', unused);
    put_text(out, prefix, prefix_length);
    put_times(out, '0', zeros);
    put_text(out, text, length);
    if (conversion->left)
        put_times(out, ' ', unused);
}

static void put_unsigned(struct output *out, const struct conversion *conversion, uint64_t value,
                         unsigned base, bool upper, const char *prefix)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[NUMBER_MAX];
    int length = 0;
    for (uint64_t rest = value; rest != 0; rest /= base)
        text[NUMBER_MAX - ++length] = digits[rest % base];
    int wanted = conversion->precision < 0 ? 1 : conversion->precision;
    if (base == 8 && conversion->alternate && wanted <= length)
        wanted = length + 1;
    int zeros = wanted > length ? wanted - length : 0;
    put_field(out, conversion, prefix, zeros, text + NUMBER_MAX - length, length);
}

static uint64_t take_unsigned(va_list *arguments, uint8_t bytes)
{
    uint64_t value = bytes == 8 ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned);
    return bytes == 8 ? value : value & ((UINT64_C(1) << bytes * 8) - 1);
}

static void put_signed(struct output *out, const struct conversion *conversion, va_list *arguments)
{
    unsigned unused = 64 - 8u * conversion->bytes;
    uint64_t bits = take_unsigned(arguments, conversion->bytes) << unused;
    int64_t value = (int64_t)bits >> unused;
    const char *sign = value < 0 ? "-" : conversion->plus ? "+" : conversion->space ? " " : "";
    put_unsigned(out, conversion, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, false, sign);
}

static void put_string(struct output *out, struct conversion conversion, const char *text)
{
    if (!text)
        text = "(null)";
    int length = 0;
    while ((conversion.precision < 0 || length < conversion.precision) && text[length] != '\0')
        length++;
    conversion.zero = false;
    put_field(out, &conversion, "", 0, text, length);
}

/* Reads a number in the format. Saturates far above any useful value. */
static int read_number(const char **format)
{
    int number = 0;
    for (; **format >= '0' && **format <= '9'; ++*format) {
        if (number < 100000)
            number = number * 10 + (**format - '0');
    }
    return number;
}

static void read_flags(const char **format, struct conversion *conversion)
{
    for (;; ++*format) {
        switch (**format) {
        case '-': conversion->left = true; break;
        case '+': conversion->plus = true; break;
        case ' ': conversion->space = true; break;
        case '#': conversion->alternate = true; break;
        case '0': conversion->zero = true; break;
        default: return;
        }
    }
}

static void read_sizes(const char **format, struct conversion *conversion, va_list *arguments)
{
    if (**format == '*') {
        ++*format;
        conversion->width = va_arg(*arguments, int);
        conversion->left |= conversion->width < 0;
        if (conversion->width < 0)
            conversion->width = -conversion->width;
    } else {
        conversion->width = read_number(format);
    }
    if (**format != '.')
        return;
    ++*format;
    if (**format == '*') {
        ++*format;
        conversion->precision = va_arg(*arguments, int);
    } else {
        conversion->precision = read_number(format);
    }
}

static void read_length(const char **format, struct conversion *conversion)
{
    switch (**format) {
    case 'h':
        ++*format;
        conversion->bytes = 2;
        if (**format == 'h') {
            ++*format;
            conversion->bytes = 1;
        }
        return;
    case 'l':
        ++*format;
        if (**format == 'l')
            ++*format;
        break;
    case 'j':
    case 'z':
    case 't': ++*format; break;
    default: return;
    }
    conversion->bytes = 8;
}

/* Returns false for an unknown letter. */
static bool convert(struct output *out, char letter, struct conversion *conversion,
                    va_list *arguments)
{
    const struct conversion *c = conversion;
    switch (letter) {
    case 'd':
    case 'i': put_signed(out, c, arguments); return true;
    case 'u': put_unsigned(out, c, take_unsigned(arguments, c->bytes), 10, false, ""); return true;
    case 'o': put_unsigned(out, c, take_unsigned(arguments, c->bytes), 8, false, ""); return true;
    case 'x':
    case 'X': {
        uint64_t value = take_unsigned(arguments, c->bytes);
        const char *prefix = !c->alternate || value == 0 ? "" : letter == 'x' ? "0x" : "0X";
        put_unsigned(out, c, value, 16, letter == 'X', prefix);
        return true;
    }
    case 'p':
        put_unsigned(out, c, (uintptr_t)va_arg(*arguments, void *), 16, false, "0x");
        return true;
    case 'c': {
        char text = (char)va_arg(*arguments, int);
        conversion->zero = false;
        put_field(out, c, "", 0, &text, 1);
        return true;
    }
    case 's': put_string(out, *c, va_arg(*arguments, const char *)); return true;
    case '%': put(out, '%'); return true;
    default: return false;
    }
}

int format_text(struct format_sink sink, const char *format, va_list *arguments)
{
    struct output out = {.sink = sink};
    while (*format != '\0') {
        if (*format != '%') {
            put(&out, *format++);
            continue;
        }
        const char *start = format++;
        struct conversion conversion = {.precision = -1, .bytes = 4};
        read_flags(&format, &conversion);
        read_sizes(&format, &conversion, arguments);
        read_length(&format, &conversion);
        bool known = *format != '\0' && convert(&out, *format, &conversion, arguments);
        if (*format != '\0')
            format++;
        if (!known)
            put_text(&out, start, (int)(format - start));
    }
    return out.count;
}
