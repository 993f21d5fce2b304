/* SPDX-License-Identifier: BSD-2-Clause */
#include "link.h"
#include "uart.h"
#include <differential_protocol.h>
#include <stdbool.h>

#define DATA_BITS    7 /* of a byte on the line */
#define MAX_CONTENTS (FRAME_HEADER + LIMIT_MAX_REQUEST + FRAME_CRC)

static struct {
    uint8_t bytes[MAX_CONTENTS];
    size_t length;
    uint32_t held; /* bits of an incomplete byte */
    unsigned bits;
    bool inside; /* between start and end of a frame */
} incoming;

static struct {
    uint32_t held;
    unsigned bits;
    uint32_t crc;
} outgoing;

static uint32_t crc_table[256];

void link_start(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ FRAME_CRC_POLYNOMIAL : crc >> 1;
        }
        crc_table[i] = crc;
    }
}

uint32_t link_crc(uint32_t crc, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc = crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 0xff];
    }
    return crc;
}

static void put_bits(uint8_t byte)
{
    outgoing.held |= (uint32_t)byte << outgoing.bits;
    for (outgoing.bits += 8; outgoing.bits >= DATA_BITS; outgoing.bits -= DATA_BITS) {
        uart_put((uint8_t)(FRAME_MARK | (outgoing.held & 0x7f)));
        outgoing.held >>= DATA_BITS;
    }
}

static void put(uint8_t byte)
{
    outgoing.crc = link_crc(outgoing.crc, &byte, 1);
    put_bits(byte);
}

void link_send(uint16_t session, uint16_t number, uint8_t kind, const uint8_t *payload, size_t size)
{
    uint32_t crc;

    outgoing.held = outgoing.bits = 0;
    outgoing.crc = UINT32_MAX;
    uart_put(FRAME_START);
    put((uint8_t)session);
    put((uint8_t)(session >> 8));
    put((uint8_t)number);
    put((uint8_t)(number >> 8));
    put(kind);
    for (size_t i = 0; i < size; i++) {
        put(payload[i]);
    }
    crc = ~outgoing.crc;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        put_bits((uint8_t)(crc >> shift));
    }
    if (outgoing.bits > 0) {
        uart_put((uint8_t)(FRAME_MARK | outgoing.held));
    }
    uart_put(FRAME_END);
}

static void take_data(uint8_t byte)
{
    incoming.held |= (uint32_t)(byte & 0x7f) << incoming.bits;
    incoming.bits += DATA_BITS;
    if (incoming.bits < 8) {
        return;
    }
    if (incoming.length == MAX_CONTENTS) {
        incoming.inside = false;
        return;
    }
    incoming.bytes[incoming.length++] = (uint8_t)incoming.held;
    incoming.held >>= 8;
    incoming.bits -= 8;
}

/* A damaged request gets no answer: the host sends it again. */
static bool finish(struct request *request)
{
    size_t size = incoming.length;
    uint32_t sent = 0;

    incoming.inside = false;
    if (incoming.held != 0 || size < FRAME_HEADER + FRAME_CRC) {
        return false;
    }
    size -= FRAME_CRC;
    for (unsigned i = 0; i < FRAME_CRC; i++) {
        sent |= (uint32_t)incoming.bytes[size + i] << 8 * i;
    }
    if (~link_crc(UINT32_MAX, incoming.bytes, size) != sent) {
        return false;
    }
    *request = (struct request){
        .session = (uint16_t)(incoming.bytes[0] | incoming.bytes[1] << 8),
        .number = (uint16_t)(incoming.bytes[2] | incoming.bytes[3] << 8),
        .kind = incoming.bytes[4],
        .payload = incoming.bytes + FRAME_HEADER,
        .size = size - FRAME_HEADER,
    };
    return true;
}

int link_receive(uint8_t byte, struct request *request)
{
    if (byte == FRAME_START) {
        incoming.inside = true;
        incoming.length = 0;
        incoming.held = incoming.bits = 0;
    } else if (incoming.inside && (byte & FRAME_MARK) != 0) {
        take_data(byte);
    } else if (incoming.inside && byte == FRAME_END) {
        return finish(request);
    }
    return false;
}
