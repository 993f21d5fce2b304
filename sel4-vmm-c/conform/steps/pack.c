/* SPDX-License-Identifier: BSD-2-Clause */
#include "pack.h"
#include <conform_protocol.h>

enum {
    TAGS = PACK_TAGS,
    COUNT_SIZE = 2, /* bytes of the number before the records */
    TOP_BYTE = 24
};

static const uint8_t step_sizes[256] = STEP_SIZES, event_sizes[256] = EVENT_SIZES;

/* Contexts: for a tag, that of the record before; for a byte, the record's tag and the byte's
 * place. */
struct model {
    const uint8_t *sizes;
    uint16_t (*ones)[256]; /* of each context, a tree of the probabilities of one bits */
    uint16_t first[TAGS];  /* context of the first byte after the tag */
    uint8_t last;          /* tag of the record before */
};

static uint16_t step_ones[PACK_STEP_CONTEXTS][256], event_ones[PACK_EVENT_CONTEXTS][256];
static struct model steps = {.sizes = step_sizes, .ones = step_ones};
static struct model events = {.sizes = event_sizes, .ones = event_ones};

/* The interval of the range coder, and the bytes that it reads or writes. */
static struct {
    uint32_t low, high, code;
    const uint8_t *in;
    uint8_t *out;
    size_t at, size;
} coder;

static void reset(struct model *model, size_t contexts)
{
    size_t next = TAGS;
    for (size_t context = 0; context < contexts; context++) {
        for (size_t node = 0; node < 256; node++)
            model->ones[context][node] = PACK_INITIAL;
    }
    for (size_t tag = 0; tag < TAGS; tag++) {
        model->first[tag] = (uint16_t)next;
        next += model->sizes[tag] > 0 ? model->sizes[tag] - 1u : 0;
    }
    model->last = 0;
}

void pack_reset(void)
{
    reset(&steps, PACK_STEP_CONTEXTS);
    reset(&events, PACK_EVENT_CONTEXTS);
}

static uint8_t next_byte(void)
{
    return coder.at < coder.size ? coder.in[coder.at++] : 0;
}

static void put_byte(uint8_t byte)
{
    if (coder.at < coder.size)
        coder.out[coder.at++] = byte;
}

static void begin(void)
{
    coder.low = 0;
    coder.high = UINT32_MAX;
}

/* Halves the interval by the probability of a one, takes the half of `bit`, and adapts. */
static void narrow(uint16_t *one, unsigned bit, uint32_t middle)
{
    if (bit) {
        coder.high = middle;
        *one = (uint16_t)(*one + ((PACK_MOST - *one) >> PACK_RATE));
    } else {
        coder.low = middle + 1;
        *one = (uint16_t)(*one - ((*one - PACK_LEAST) >> PACK_RATE));
    }
}

static uint32_t middle_of(uint16_t one)
{
    return coder.low + (uint32_t)((uint64_t)(coder.high - coder.low) * one >> 16);
}

static uint8_t decode(uint16_t ones[256])
{
    unsigned node = 1;
    while (node < 256) {
        uint32_t middle = middle_of(ones[node]);
        unsigned bit = coder.code <= middle;
        narrow(&ones[node], bit, middle);
        node = node << 1 | bit;
        while ((coder.low ^ coder.high) >> TOP_BYTE == 0) {
            coder.low <<= 8;
            coder.high = coder.high << 8 | 0xff;
            coder.code = coder.code << 8 | next_byte();
        }
    }
    return (uint8_t)node;
}

static void encode(uint16_t ones[256], uint8_t byte)
{
    unsigned node = 1;
    for (int shift = 7; shift >= 0; shift--) {
        unsigned bit = byte >> shift & 1;
        narrow(&ones[node], bit, middle_of(ones[node]));
        node = node << 1 | bit;
        while ((coder.low ^ coder.high) >> TOP_BYTE == 0) {
            put_byte((uint8_t)(coder.high >> TOP_BYTE));
            coder.low <<= 8;
            coder.high = coder.high << 8 | 0xff;
        }
    }
}

/* The shortest bytes that lie in the interval when zeros follow. */
static void finish(void)
{
    for (unsigned bytes = 1; coder.low > 0 && bytes <= sizeof(coder.low); bytes++) {
        unsigned shift = 32 - 8 * bytes;
        uint64_t value =
            bytes == sizeof(coder.low) ? coder.low : (((uint64_t)coder.low >> shift) + 1) << shift;
        if (value > coder.high)
            continue;
        for (unsigned i = 0; i < bytes; i++)
            put_byte((uint8_t)(value >> (TOP_BYTE - 8 * i)));
        return;
    }
}

size_t unpack_steps(const uint8_t *packed, size_t size, uint8_t *plain, size_t room)
{
    size_t used = 0;
    if (size < COUNT_SIZE)
        return 0;
    begin();
    coder.in = packed + COUNT_SIZE;
    coder.size = size - COUNT_SIZE;
    coder.at = 0;
    for (unsigned i = 0; i < sizeof(coder.code); i++)
        coder.code = coder.code << 8 | next_byte();
    for (unsigned left = packed[0] | packed[1] << 8; left > 0; left--) {
        uint8_t tag = decode(steps.ones[steps.last]);
        size_t bytes = tag < TAGS ? step_sizes[tag] : 0;
        if (bytes == 0 || bytes > room - used)
            break; /* not of this protocol: the host sees that it was not executed */
        steps.last = tag;
        plain[used++] = tag;
        for (size_t i = 0; i < bytes - 1; i++)
            plain[used++] = decode(steps.ones[steps.first[tag] + i]);
    }
    return used;
}

size_t pack_answer(const uint8_t *plain, size_t size, uint8_t *packed, size_t room)
{
    begin();
    coder.out = packed;
    coder.size = room;
    coder.at = 0;
    put_byte(plain[0]);
    put_byte(plain[1]);
    for (size_t at = COUNT_SIZE; at < size;) {
        uint8_t tag = plain[at++];
        encode(events.ones[events.last], tag);
        events.last = tag;
        for (unsigned i = 0; i + 1u < event_sizes[tag]; i++)
            encode(events.ones[events.first[tag] + i], plain[at++]);
    }
    finish();
    return coder.at;
}
