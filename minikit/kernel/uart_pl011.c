/* SPDX-License-Identifier: BSD-2-Clause */
/* PL011 UART (Arm DDI 0183). */
#include "arch.h"
#include "board.h"
#include "console.h"

#define UART_DR (BOARD_UART + 0x00)
#define UART_FR (BOARD_UART + 0x18)

enum {
    UART_FR_TXFF = 1 << 5, /* transmit FIFO full */
};

void uart_putc(uint8_t byte)
{
    while (read32(UART_FR) & UART_FR_TXFF) {
    }
    write32(UART_DR, byte);
}
