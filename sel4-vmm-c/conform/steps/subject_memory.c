/* SPDX-License-Identifier: BSD-2-Clause */
#include "subject_memory.h"
#include <stddef.h>
#include <stdint.h>

#ifndef SUBJECT_DATA_MAX
#define SUBJECT_DATA_MAX 0x10000 /* bytes of initialised data */
#endif

extern volatile uint64_t subject_data[], subject_data_end[], subject_bss[], subject_bss_end[];

static uint64_t kept[SUBJECT_DATA_MAX / sizeof(uint64_t)];
static bool is_kept;

bool subject_memory_fits(void)
{
    return (uintptr_t)subject_data_end - (uintptr_t)subject_data <= sizeof(kept);
}

/* On the host, a sanitizer has placed red zones between the subject's objects. */
__attribute__((no_sanitize("address"))) void subject_memory_restore(void)
{
    if (!subject_memory_fits())
        return; /* the host restarts the target instead */
    size_t words = ((uintptr_t)subject_data_end - (uintptr_t)subject_data) / sizeof(uint64_t);
    for (size_t i = 0; i < words; i++) {
        if (is_kept)
            subject_data[i] = kept[i];
        else
            kept[i] = subject_data[i];
    }
    is_kept = true;
    for (volatile uint64_t *word = subject_bss; word < subject_bss_end; word++)
        *word = 0;
}
