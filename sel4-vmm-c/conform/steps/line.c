/* SPDX-License-Identifier: BSD-2-Clause */
#include "line.h"
#include "link.h"
#include "uart.h"

enum {
    /* More than the window of the link holds; a power of two. */
    ROOM = 1 << 14
};
_Static_assert(ROOM > LINK_WINDOW * LINK_MAX_REQUEST * 8 / 7, "a full window must fit");

static uint8_t received[ROOM];
static uint32_t in, out; /* numbers of bytes; their place is modulo ROOM */

void line_poll(void)
{
    while (in - out < ROOM) {
        int byte = uart_get();
        if (byte < 0)
            return;
        received[in++ % ROOM] = (uint8_t)byte;
    }
}

int line_get(void)
{
    line_poll();
    return in == out ? -1 : received[out++ % ROOM];
}

void link_write(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        line_poll();
        uart_put(bytes[i]);
    }
}
