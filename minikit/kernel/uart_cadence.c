/* SPDX-License-Identifier: BSD-2-Clause */
/* Cadence's UART as Zynq chips have it (UG1085, chapter "UART Controllers"). */
#include "arch.h"
#include "board.h"
#include "console.h"

#define UART_CONTROL (BOARD_UART + 0x00)
#define UART_STATUS  (BOARD_UART + 0x2c)
#define UART_FIFO    (BOARD_UART + 0x30)

enum {
    UART_CONTROL_TX_ENABLE = 1 << 4,
    UART_CONTROL_TX_DISABLE = 1 << 5,
    UART_STATUS_TX_FULL = 1 << 4,
};

void uart_putc(uint8_t byte)
{
    /* Reset leaves the transmitter off, and QEMU has no firmware that switches it on. */
    uint32_t control = read32(UART_CONTROL);
    if (control & UART_CONTROL_TX_DISABLE)
        write32(UART_CONTROL,
                (control & ~(uint32_t)UART_CONTROL_TX_DISABLE) | UART_CONTROL_TX_ENABLE);
    while (read32(UART_STATUS) & UART_STATUS_TX_FULL) {
    }
    write32(UART_FIFO, byte);
}
