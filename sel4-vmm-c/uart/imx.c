/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART of i.MX chips (i.MX 8M Plus Reference Manual, chapter "UART"). */
#include "registers.h"
#include "uart.h"

enum {
    URXD = 0x00,
    UTXD = 0x40,
    UCR1 = 0x80,
    UCR2 = 0x84,
    UFCR = 0x90,
    UTS = 0xb4,

    UCR1_UARTEN = 1 << 0,
    UCR1_RRDYEN = 1 << 9, /* an interrupt from RXTL bytes on */
    UCR2_NOT_RESET = 1 << 0,
    UCR2_RXEN = 1 << 1,
    UCR2_TXEN = 1 << 2,
    UCR2_8_BITS = 1 << 5,
    UCR2_IRTS = 1 << 14, /* ignore the RTS pin */
    UFCR_RXTL = 0x3f,
    UTS_TXFULL = 1 << 4,
    UTS_RXEMPTY = 1 << 5
};

void uart_start(uintptr_t base)
{
    registers = base;
    set(UCR1, UCR1_UARTEN);
    set(UCR2, UCR2_NOT_RESET | UCR2_RXEN | UCR2_TXEN | UCR2_8_BITS | UCR2_IRTS);
    set(UFCR, (get(UFCR) & ~(uint32_t)UFCR_RXTL) | 1);
}

void uart_let_interrupt(void)
{
    set(UCR1, UCR1_UARTEN | UCR1_RRDYEN);
}

bool uart_has_input(void)
{
    return !(get(UTS) & UTS_RXEMPTY);
}

int uart_get(void)
{
    return uart_has_input() ? (int)(get(URXD) & 0xff) : -1;
}

void uart_put(uint8_t byte)
{
    while (get(UTS) & UTS_TXFULL) {
    }
    set(UTXD, byte);
}

/* It is cleared by reading the FIFO. */
void uart_interrupt_seen(void) {}
