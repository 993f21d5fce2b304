/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames on the console (harness/conform/link/frame.ts): one request after the other, each with an
 * answer. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** A complete request, valid until the next link_receive. */
struct request {
    uint16_t session, number;
    uint8_t kind;
    const uint8_t *payload;
    size_t size;
};

void link_start(void);

/** Takes a byte from the console; true when a request is complete. */
int link_receive(uint8_t byte, struct request *request);

/** Sends a frame. */
void link_send(uint16_t session, uint16_t number, uint8_t kind, const uint8_t *payload,
               size_t size);

/** CRC-32 over bytes, continuing from `crc` (UINT32_MAX to begin with). */
uint32_t link_crc(uint32_t crc, const uint8_t *bytes, size_t size);
