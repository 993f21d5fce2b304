/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART of i.MX chips (i.MX 8M Plus Reference Manual, chapter "UART"). */
#include "arch.h"
#include "board.h"
#include "console.h"

#define UART_UTXD (BOARD_UART + 0x40)
#define UART_USR2 (BOARD_UART + 0x98)

enum {
    UART_USR2_TXFE = 1 << 14, /* transmit FIFO empty */
};

void uart_putc(uint8_t byte)
{
    while (!(read32(UART_USR2) & UART_USR2_TXFE)) {
    }
    write32(UART_UTXD, byte);
}
