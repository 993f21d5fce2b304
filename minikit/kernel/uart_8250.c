/* SPDX-License-Identifier: BSD-2-Clause */
/* A 16550's registers four bytes apart (TI PC16550D), as the BCM2711's mini UART has them. */
#include "arch.h"
#include "board.h"
#include "console.h"

#define UART_THR (BOARD_UART + 0x00)
#define UART_LSR (BOARD_UART + 0x14)

enum {
    UART_LSR_ROOM = 1 << 5,
};

void uart_putc(uint8_t byte)
{
    while (!(read32(UART_LSR) & UART_LSR_ROOM)) {
    }
    write32(UART_THR, byte);
}
