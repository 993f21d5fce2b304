/* SPDX-License-Identifier: BSD-2-Clause */
/* PrimeCell UART PL011 (Arm DDI 0183). */
#include "registers.h"
#include "uart.h"

enum {
    UARTDR = 0x00,
    UARTFR = 0x18,
    UARTLCR_H = 0x2c,
    UARTCR = 0x30,
    UARTIFLS = 0x34,
    UARTIMSC = 0x38,
    UARTICR = 0x44,

    FR_RXFE = 1 << 4, /* receive FIFO empty */
    FR_TXFF = 1 << 5, /* transmit FIFO full */
    LCR_H_FEN = 1 << 4,
    LCR_H_8_BITS = 3 << 5,
    CR_UARTEN = 1 << 0,
    CR_TXE = 1 << 8,
    CR_RXE = 1 << 9,
    INT_RX = 1 << 4,
    INT_RT = 1 << 6, /* receive timeout: no further data for 32 bit periods */
    INT_ALL = 0x7ff
};

void uart_start(uintptr_t base)
{
    registers = base;
    set(UARTLCR_H, LCR_H_8_BITS | LCR_H_FEN);
    set(UARTIFLS, 0); /* interrupt when the FIFO is 1/8 full */
    set(UARTCR, CR_UARTEN | CR_TXE | CR_RXE);
    set(UARTICR, INT_ALL);
    set(UARTIMSC, 0);
}

void uart_let_interrupt(void)
{
    set(UARTIMSC, INT_RX | INT_RT);
}

bool uart_has_input(void)
{
    return !(get(UARTFR) & FR_RXFE);
}

int uart_get(void)
{
    return uart_has_input() ? (int)(get(UARTDR) & 0xff) : -1;
}

void uart_put(uint8_t byte)
{
    while (get(UARTFR) & FR_TXFF) {
    }
    set(UARTDR, byte);
}

void uart_interrupt_seen(void)
{
    set(UARTICR, INT_RX | INT_RT);
}
