/* SPDX-License-Identifier: BSD-2-Clause */
#include "link.h"

enum {
    DATA_BITS = 7, /* of a byte on the line */
    MAX_CONTENTS = FRAME_HEADER + LINK_MAX_REQUEST + FRAME_CRC,
    WRITE_CHUNK = 64
};

static struct {
    uint8_t bytes[MAX_CONTENTS];
    size_t length;
    uint32_t held; /* bits of an incomplete byte */
    unsigned bits;
    bool inside; /* inside a frame */
    bool damaged;
} incoming;

static struct {
    uint16_t session;  /* 0: none yet */
    uint16_t expected; /* number of the next request */
    bool asked_again;  /* FRAME_KIND_AGAIN was sent for it */
    struct answer {
        uint16_t number;
        uint8_t kind;
        size_t size;
        uint8_t payload[LINK_MAX_ANSWER];
    } answers[LINK_WINDOW];
} state;

static struct {
    uint8_t chunk[WRITE_CHUNK];
    size_t length;
    uint32_t held;
    unsigned bits;
    uint32_t crc;
} outgoing;

static uint32_t crc_table[256];

static void make_crc_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ FRAME_CRC_POLYNOMIAL : crc >> 1;
        crc_table[i] = crc;
    }
}

static uint32_t crc_of(uint32_t crc, uint8_t byte)
{
    return crc >> 8 ^ crc_table[(crc ^ byte) & 0xff];
}

static uint16_t half(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static void flush(void)
{
    link_write(outgoing.chunk, outgoing.length);
    outgoing.length = 0;
}

static void put_line(uint8_t byte)
{
    outgoing.chunk[outgoing.length++] = byte;
    if (outgoing.length == WRITE_CHUNK)
        flush();
}

static void put_bits(uint8_t byte)
{
    outgoing.held |= (uint32_t)byte << outgoing.bits;
    for (outgoing.bits += 8; outgoing.bits >= DATA_BITS; outgoing.bits -= DATA_BITS) {
        put_line((uint8_t)(FRAME_MARK | (outgoing.held & 0x7f)));
        outgoing.held >>= DATA_BITS;
    }
}

static void put(uint8_t byte)
{
    outgoing.crc = crc_of(outgoing.crc, byte);
    put_bits(byte);
}

static void send(uint16_t number, uint8_t kind, const uint8_t *payload, size_t size)
{
    outgoing.held = outgoing.bits = 0;
    outgoing.crc = UINT32_MAX;
    put_line(FRAME_START);
    put((uint8_t)state.session);
    put((uint8_t)(state.session >> 8));
    put((uint8_t)number);
    put((uint8_t)(number >> 8));
    put(kind);
    for (size_t i = 0; i < size; i++)
        put(payload[i]);
    uint32_t crc = ~outgoing.crc;
    for (unsigned shift = 0; shift < 32; shift += 8)
        put_bits((uint8_t)(crc >> shift));
    if (outgoing.bits > 0)
        put_line((uint8_t)(FRAME_MARK | outgoing.held));
    put_line(FRAME_END);
    flush();
}

void link_announce(void)
{
    if (crc_table[1] == 0)
        make_crc_table();
    send(0, FRAME_KIND_GREETING, NULL, 0);
}

static void ask_again(void)
{
    if (state.session == 0 || state.asked_again)
        return;
    state.asked_again = true;
    send(state.expected, FRAME_KIND_AGAIN, NULL, 0);
}

static void answer(uint16_t number, uint8_t kind, const uint8_t *payload, size_t size)
{
    struct answer *a = &state.answers[number % LINK_WINDOW];
    a->number = number;
    a->kind = kind == FRAME_KIND_OPEN ? FRAME_KIND_GREETING : FRAME_KIND_SEEN;
    state.expected = (uint16_t)(number + 1);
    state.asked_again = false;
    a->size = link_request(kind, payload, size, a->payload);
    send(a->number, a->kind, a->payload, a->size);
}

static void handle(const uint8_t *contents, size_t size)
{
    uint16_t session = half(contents);
    uint16_t number = half(contents + 2);
    uint8_t kind = contents[4];
    const uint8_t *payload = contents + FRAME_HEADER;
    if (session == 0)
        return;
    if (session != state.session) {
        if (kind != FRAME_KIND_OPEN)
            return;
        state.session = session;
        answer(number, kind, payload, size);
    } else if (number == state.expected) {
        answer(number, kind, payload, size);
    } else if ((uint16_t)(state.expected - 1 - number) < LINK_WINDOW) {
        struct answer *a = &state.answers[number % LINK_WINDOW];
        if (a->number == number)
            send(a->number, a->kind, a->payload, a->size);
    } else {
        ask_again();
    }
}

static void finish(void)
{
    incoming.inside = false;
    size_t size = incoming.length;
    /* The rest of the last byte on the line is padding and must be zero. */
    if (incoming.damaged || incoming.held != 0 || size < FRAME_HEADER + FRAME_CRC) {
        ask_again();
        return;
    }
    size -= FRAME_CRC;
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++)
        crc = crc_of(crc, incoming.bytes[i]);
    const uint8_t *sent = incoming.bytes + size;
    if (~crc != (half(sent) | (uint32_t)half(sent + 2) << 16))
        ask_again();
    else
        handle(incoming.bytes, size - FRAME_HEADER);
}

static void take_data(uint8_t byte)
{
    incoming.held |= (uint32_t)(byte & 0x7f) << incoming.bits;
    incoming.bits += DATA_BITS;
    if (incoming.bits < 8)
        return;
    if (incoming.length == MAX_CONTENTS)
        incoming.damaged = true;
    else
        incoming.bytes[incoming.length++] = (uint8_t)incoming.held;
    incoming.held >>= 8;
    incoming.bits -= 8;
}

void link_receive(uint8_t byte)
{
    if (crc_table[1] == 0)
        make_crc_table();
    if (byte == FRAME_START) {
        bool lost = incoming.inside && incoming.length > 0;
        incoming.inside = true;
        incoming.damaged = false;
        incoming.length = 0;
        incoming.held = incoming.bits = 0;
        if (lost)
            ask_again();
    } else if (!incoming.inside) {
        return;
    } else if (byte == FRAME_END) {
        finish();
    } else if (byte & FRAME_MARK) {
        take_data(byte);
    }
}
