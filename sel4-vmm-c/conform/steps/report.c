/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

static uint8_t *buffer;
static size_t used, room;

void report_begin(uint8_t *bytes, size_t size)
{
    buffer = bytes;
    used = 0;
    room = size;
}

size_t report_size(void)
{
    return used;
}

bool report_has_room(void)
{
    return room - used >= REPORT_STEP_MAX;
}

void report(const void *record, size_t size)
{
    const uint8_t *from = record;
    if (buffer == NULL || size > room - used)
        return;
    for (size_t i = 0; i < size; i++)
        buffer[used + i] = from[i];
    used += size;
}
