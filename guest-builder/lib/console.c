/* SPDX-License-Identifier: BSD-2-Clause */
/* Output on a PL011 (Arm DDI 0183), a 16550 (TI PC16550D), or the UART of an i.MX, a Meson or a
 * Zynq chip. */
#include "console.h"
#include "guest_board.h"
#include "registers.h"
#include <stdbool.h>

#if GUEST_UART_PL011
#define UART_DATA   (GUEST_UART_BASE + 0x00) /* UARTDR */
#define UART_STATUS (GUEST_UART_BASE + 0x18) /* UARTFR */
#define UART_FULL   (1u << 5)                /* TXFF: the transmit FIFO is full */
#elif GUEST_UART_IMX
#define UART_DATA   (GUEST_UART_BASE + 0x40) /* UTXD */
#define UART_STATUS (GUEST_UART_BASE + 0xb4) /* UTS */
#define UART_FULL   (1u << 4)                /* TXFULL */
#define UCR1        (GUEST_UART_BASE + 0x80)
#define UCR1_UARTEN (1u << 0)
#define UCR2        (GUEST_UART_BASE + 0x84)
#define UCR2_TXEN   (1u << 2 | 1u << 0) /* with SRST: no reset */
#elif GUEST_UART_MESON
#define UART_DATA   (GUEST_UART_BASE + 0x00) /* WFIFO */
#define UART_STATUS (GUEST_UART_BASE + 0x0c)
#define UART_FULL   (1u << 21)
#elif GUEST_UART_CADENCE
#define UART_DATA    (GUEST_UART_BASE + 0x30) /* FIFO */
#define UART_STATUS  (GUEST_UART_BASE + 0x2c) /* Channel_sts */
#define UART_FULL    (1u << 4)                /* TFUL */
#define UART_CONTROL (GUEST_UART_BASE + 0x00)
#define TX_ENABLE    (1u << 4)
#define TX_DISABLE   (1u << 5)
#elif GUEST_UART_8250
#define UART_DATA   (GUEST_UART_BASE + 0x00) /* THR */
#define UART_STATUS (GUEST_UART_BASE + 0x14) /* LSR */
#define UART_ROOM   (1u << 5)                /* THRE: the transmit FIFO is empty */
#else
#error "guests have no driver for this board's UART"
#endif
#ifndef UART_FULL
#define UART_FULL 0u
#endif
#ifndef UART_ROOM
#define UART_ROOM 0u
#endif

/** Enables the transmitter if the machine's reset leaves it off and no earlier software has enabled
 * it. */
static void switch_on(void)
{
#if GUEST_UART_IMX
    static bool is_on;

    if (!is_on) {
        write32(UCR1, read32(UCR1) | UCR1_UARTEN);
        write32(UCR2, read32(UCR2) | UCR2_TXEN);
    }
    is_on = true;
#elif GUEST_UART_CADENCE
    write32(UART_CONTROL, (read32(UART_CONTROL) & ~TX_DISABLE) | TX_ENABLE);
#endif
}

static void put_character(char character)
{
    uint32_t status;

    do {
        status = read32(UART_STATUS);
    } while ((status & UART_FULL) || (status & UART_ROOM) != UART_ROOM);
    write32(UART_DATA, (uint8_t)character);
}

void put_string(const char *text)
{
    switch_on();
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            put_character('\r');
        }
        put_character(*text);
    }
}

static void put_number(uint64_t value, unsigned base)
{
    char digits[20];
    unsigned count = 0;

    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0) {
        put_character(digits[--count]);
    }
}

void put_decimal(uint64_t value)
{
    put_number(value, 10);
}

void put_hex(uint64_t value)
{
    put_string("0x");
    put_number(value, 16);
}
