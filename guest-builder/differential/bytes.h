/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a program and writes a log: numbers as LEB128, the rest little-endian. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *at, *end;
    bool bad; /* a read went beyond the end */
};

static inline uint8_t read_u8(struct reader *reader)
{
    if (reader->at == reader->end) {
        reader->bad = true;
        return 0;
    }
    return *reader->at++;
}

static inline uint64_t read_bytes(struct reader *reader, unsigned count)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < count; i++) {
        value |= (uint64_t)read_u8(reader) << 8 * i;
    }
    return value;
}

static inline uint64_t read_number(struct reader *reader)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_u8(reader);

        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            break;
        }
    }
    return value;
}

struct writer {
    uint8_t *at, *end;
    bool full;   /* something did not fit */
    bool digest; /* only a digest is needed: separate acts are left out */
};

static inline void write_u8(struct writer *writer, uint8_t byte)
{
    if (writer->at == writer->end) {
        writer->full = true;
    } else {
        *writer->at++ = byte;
    }
}

static inline void write_number(struct writer *writer, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        write_u8(writer, (uint8_t)(0x80 | (value & 0x7f)));
    }
    write_u8(writer, (uint8_t)value);
}

/* Small numbers of either sign stay short. */
static inline void write_signed(struct writer *writer, int64_t value)
{
    write_number(writer, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}
