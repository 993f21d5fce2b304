/* SPDX-License-Identifier: BSD-2-Clause */
/* The printf functions. */
#include "util/format.h"
#include <libvmm/util/util.h>

static void put_on_console(void *data, char c)
{
    (void)data;
    microkit_dbg_putc(c);
}

struct buffer {
    char *next;
    char *last; /* reserved for the 0 */
};

static void put_in_buffer(void *data, char c)
{
    struct buffer *buffer = data;
    if (buffer->next < buffer->last)
        *buffer->next++ = c;
}

static int print(const char *format, va_list *arguments)
{
    return format_text((struct format_sink){put_on_console, NULL}, format, arguments);
}

int vmm_vprintf(const char *format, va_list arguments)
{
    va_list copy;
    va_copy(copy, arguments);
    int count = print(format, &copy);
    va_end(copy);
    return count;
}

int vmm_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = print(format, &arguments);
    va_end(arguments);
    return count;
}

int vmm_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    struct buffer buffer = {text, size > 0 ? text + size - 1 : text};
    va_list copy;
    va_copy(copy, arguments);
    int count = format_text((struct format_sink){put_in_buffer, &buffer}, format, &copy);
    va_end(copy);
    if (size > 0)
        *buffer.next = '\0';
    return count;
}

int vmm_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = vmm_vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return count;
}

int vmm_sprintf(char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct buffer buffer = {text, (char *)UINTPTR_MAX};
    int count = format_text((struct format_sink){put_in_buffer, &buffer}, format, &arguments);
    va_end(arguments);
    *buffer.next = '\0';
    return count;
}

void vmm_log(const char *level, const char *format, ...)
{
    vmm_printf("%s|%s: ", microkit_name, level);
    va_list arguments;
    va_start(arguments, format);
    print(format, &arguments);
    va_end(arguments);
}

void vmm_assert_failed(const char *assertion, const char *file, unsigned line)
{
    vmm_log("ERROR", "assertion failed: %s (%s:%u)\n", assertion, file, line);
    __builtin_trap();
}
