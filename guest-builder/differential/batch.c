/* SPDX-License-Identifier: BSD-2-Clause */
#include "batch.h"
#include "machine.h"
#include <differential_protocol.h>

#define HEADER_WORDS 3u

static const uint8_t *batch;
static uint32_t count;

static uint32_t word(uint32_t index)
{
    struct reader reader = {.at = batch + 4 * index, .end = batch + 4 * index + 4};

    return (uint32_t)read_bytes(&reader, 4);
}

void batch_start(void)
{
    uint64_t size = machine.initrd.size;

    batch = (const uint8_t *)(HIGH_HALF + machine.initrd.base);
    if (size < 4 * (HEADER_WORDS + 1) || word(0) != BATCH_MAGIC || word(1) != PROTOCOL_HASH) {
        return;
    }
    if (word(2) <= size / 4 - HEADER_WORDS - 1) {
        count = word(2);
    }
}

bool batch_program(uint32_t number, struct reader *program)
{
    uint32_t begin, end;

    if (number >= count) {
        return false;
    }
    begin = word(HEADER_WORDS + number);
    end = word(HEADER_WORDS + number + 1);
    if (begin > end || end > machine.initrd.size) {
        return false;
    }
    *program = (struct reader){.at = batch + begin, .end = batch + end};
    return true;
}
