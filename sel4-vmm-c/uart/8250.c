/* SPDX-License-Identifier: BSD-2-Clause */
/* A 16550's registers four bytes apart (TI PC16550D), as DesignWare's UARTs and the BCM2711's mini
 * UART have them. */
#include "registers.h"
#include "uart.h"

enum {
    RBR_THR = 0x00, /* received and sent bytes */
    IER = 0x04,
    FCR = 0x08,
    LCR = 0x0c,
    LSR = 0x14,

    IER_RECEIVED = 1 << 0,
    FCR_ENABLE = 1 << 0,
    LCR_8_BITS = 3 << 0, /* and the divisor latch closed */
    LSR_READY = 1 << 0,
    LSR_ROOM = 1 << 5
};

void uart_start(uintptr_t base)
{
    registers = base;
    /* DesignWare's UART answers a write of LCR while it sends with an interrupt that cannot be
     * disabled. */
    if (get(LCR) != LCR_8_BITS)
        set(LCR, LCR_8_BITS);
    set(IER, 0);
    set(FCR, FCR_ENABLE); /* an interrupt from one byte on */
}

void uart_let_interrupt(void)
{
    set(IER, IER_RECEIVED);
}

bool uart_has_input(void)
{
    return get(LSR) & LSR_READY;
}

int uart_get(void)
{
    return uart_has_input() ? (int)(get(RBR_THR) & 0xff) : -1;
}

void uart_put(uint8_t byte)
{
    while (!(get(LSR) & LSR_ROOM)) {
    }
    set(RBR_THR, byte);
}

/* It goes away with what is taken out of the FIFO. */
void uart_interrupt_seen(void) {}
