/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART of Amlogic's Meson chips (S905X3 datasheet, section "UART"). */
#include "registers.h"
#include "uart.h"

enum {
    WFIFO = 0x00,
    RFIFO = 0x04,
    CONTROL = 0x08,
    STATUS = 0x0c,
    MISC = 0x10,

    CONTROL_TX_ENABLE = 1 << 12,
    CONTROL_RX_ENABLE = 1 << 13,
    CONTROL_RX_INTERRUPT = 1 << 27,
    CONTROL_TX_INTERRUPT = 1 << 28,
    STATUS_RX_EMPTY = 1 << 20,
    STATUS_TX_FULL = 1 << 21,
    MISC_RX_COUNT = 0xff /* interrupt threshold in bytes */
};

static void control(uint32_t off, uint32_t on)
{
    set(CONTROL, (get(CONTROL) & ~off) | on);
}

void uart_start(uintptr_t base)
{
    registers = base;
    control(CONTROL_RX_INTERRUPT | CONTROL_TX_INTERRUPT, CONTROL_TX_ENABLE | CONTROL_RX_ENABLE);
    set(MISC, (get(MISC) & ~(uint32_t)MISC_RX_COUNT) | 1);
}

void uart_let_interrupt(void)
{
    control(0, CONTROL_RX_INTERRUPT);
}

bool uart_has_input(void)
{
    return !(get(STATUS) & STATUS_RX_EMPTY);
}

int uart_get(void)
{
    return uart_has_input() ? (int)(get(RFIFO) & 0xff) : -1;
}

void uart_put(uint8_t byte)
{
    while (get(STATUS) & STATUS_TX_FULL) {
    }
    set(WFIFO, byte);
}

/* Edge-triggered: the kernel has already taken it. */
void uart_interrupt_seen(void) {}
