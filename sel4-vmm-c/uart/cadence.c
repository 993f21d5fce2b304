/* SPDX-License-Identifier: BSD-2-Clause */
/* Cadence's UART as Zynq chips have it (Zynq UltraScale+ Technical Reference Manual, UG1085,
 * chapter "UART Controllers"). */
#include "registers.h"
#include "uart.h"

enum {
    CONTROL = 0x00,
    INT_ENABLE = 0x08,
    INT_DISABLE = 0x0c,
    INT_STATUS = 0x14,
    RX_TIMEOUT = 0x1c,
    RX_LEVEL = 0x20,
    CHANNEL_STATUS = 0x2c,
    FIFO = 0x30,

    CONTROL_RX_ENABLE = 1 << 2,
    CONTROL_RX_DISABLE = 1 << 3,
    CONTROL_TX_ENABLE = 1 << 4,
    CONTROL_TX_DISABLE = 1 << 5,
    INT_RX_LEVEL = 1 << 0,
    INT_RX_TIMEOUT = 1 << 8,
    INT_ALL = 0x1fff,
    STATUS_RX_EMPTY = 1 << 1,
    STATUS_TX_FULL = 1 << 4
};

void uart_start(uintptr_t base)
{
    registers = base;
    uint32_t control = get(CONTROL) & ~(uint32_t)(CONTROL_RX_DISABLE | CONTROL_TX_DISABLE);
    set(INT_DISABLE, INT_ALL);
    set(CONTROL, control | CONTROL_RX_ENABLE | CONTROL_TX_ENABLE);
    set(RX_LEVEL, 1);   /* an interrupt from one byte on */
    set(RX_TIMEOUT, 0); /* and none for time that passes */
    set(INT_STATUS, INT_ALL);
}

void uart_let_interrupt(void)
{
    set(INT_ENABLE, INT_RX_LEVEL);
}

bool uart_has_input(void)
{
    return !(get(CHANNEL_STATUS) & STATUS_RX_EMPTY);
}

int uart_get(void)
{
    return uart_has_input() ? (int)(get(FIFO) & 0xff) : -1;
}

void uart_put(uint8_t byte)
{
    while (get(CHANNEL_STATUS) & STATUS_TX_FULL) {
    }
    set(FIFO, byte);
}

/* The status stays until it is written, and comes back at once while there is something in the
 * FIFO. */
void uart_interrupt_seen(void)
{
    set(INT_STATUS, INT_RX_LEVEL | INT_RX_TIMEOUT);
}
