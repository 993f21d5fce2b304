/* SPDX-License-Identifier: BSD-2-Clause */
/* Output on the kernel's debug console. */
#include <microkit.h>

void microkit_dbg_putc(int c)
{
#ifdef CONFIG_PRINTING
    seL4_DebugPutChar((char)c);
#else
    (void)c;
#endif
}

void microkit_dbg_puts(const char *s)
{
    while (*s) {
        microkit_dbg_putc(*s++);
    }
}

void microkit_dbg_put32(seL4_Uint32 x)
{
    char digits[11];
    char *first = &digits[sizeof(digits) - 1];
    *first = '\0';
    do {
        *--first = (char)('0' + x % 10);
        x /= 10;
    } while (x != 0);
    microkit_dbg_puts(first);
}

void microkit_dbg_put8(seL4_Uint8 x)
{
    microkit_dbg_put32(x);
}

void microkit_internal_no_channel(microkit_channel ch, const char *function)
{
    microkit_dbg_puts(microkit_name);
    microkit_dbg_puts(" ");
    microkit_dbg_puts(function);
    microkit_dbg_puts(": invalid channel given '");
    microkit_dbg_put32(ch);
    microkit_dbg_puts("'\n");
}

/* Called by the C library's assert(). A program can bring its own. */
void __assert_fail(const char *assertion, const char *file, int line, const char *function);

__attribute__((weak)) void __assert_fail(const char *assertion, const char *file, int line,
                                         const char *function)
{
#if CONFIG_MINIKIT_MICROKIT >= 20200
    microkit_dbg_puts(microkit_name);
    microkit_dbg_puts("|");
#endif
    microkit_dbg_puts("assert failed: ");
    microkit_dbg_puts(assertion);
    microkit_dbg_puts(" ");
    microkit_dbg_puts(file);
#if CONFIG_MINIKIT_MICROKIT >= 20200
    microkit_dbg_puts(":");
    microkit_dbg_put32((seL4_Uint32)line);
#else
    (void)line;
#endif
    microkit_dbg_puts(" ");
    microkit_dbg_puts(function);
    microkit_dbg_puts("\n");
#if CONFIG_MINIKIT_MICROKIT >= 20200
    microkit_internal_crash(seL4_NoError);
#endif
}
