/* SPDX-License-Identifier: BSD-2-Clause */
#include "uart.h"
#include "machine.h"

/* The registers of a UART for sending and receiving: 32-bit registers and the bits that mean
 * "wait". */
struct uart {
    uint16_t send, send_status;
    uint16_t receive, receive_status;
    uint32_t full;  /* set in send_status: no room */
    uint32_t ready; /* set in send_status: room (if there is no bit for the opposite) */
    uint32_t empty; /* set in receive_status: no data */
    uint32_t some;  /* set in receive_status: data */
};

static const struct uart uarts[] = {
    /* PL011 (Arm DDI 0183): UARTDR, UARTFR with TXFF and RXFE */
    [UART_PL011] = {0x00, 0x18, 0x00, 0x18, .full = 1u << 5, .empty = 1u << 4},
    /* i.MX: UTXD, URXD, UTS with TXFULL and RXEMPTY */
    [UART_IMX] = {0x40, 0xb4, 0x00, 0xb4, .full = 1u << 4, .empty = 1u << 5},
    /* Meson: WFIFO, RFIFO, STATUS */
    [UART_MESON] = {0x00, 0x0c, 0x04, 0x0c, .full = 1u << 21, .empty = 1u << 20},
    /* Cadence: FIFO, Channel_sts with TFUL and REMPTY */
    [UART_CADENCE] = {0x30, 0x2c, 0x30, 0x2c, .full = 1u << 4, .empty = 1u << 1},
    /* 8250 with registers of four bytes: THR, RBR, LSR with THRE and DR */
    [UART_8250] = {0x00, 0x14, 0x00, 0x14, .ready = 1u << 5, .some = 1u << 0},
};

static struct uart uart;
static uintptr_t base;

static uint32_t get(uint32_t offset)
{
    return *(volatile uint32_t *)(base + offset);
}

static void set(uint32_t offset, uint32_t value)
{
    *(volatile uint32_t *)(base + offset) = value;
}

void uart_start(uint64_t offset)
{
    uart = uarts[machine.uart_kind];
    base = machine.uart.base + offset;
    if (machine.uart_kind == UART_PL011) {
        set(0x38, 0);                 /* UARTIMSC: no interrupts */
        set(0x2c, 0x70);              /* UARTLCR_H: FIFOs, eight bits */
        set(0x30, get(0x30) | 0x301); /* UARTCR: enabled, both directions */
    } else if (machine.uart_kind == UART_IMX) {
        set(0x80, get(0x80) | 1); /* UCR1.UARTEN */
        set(0x84, get(0x84) | 7); /* UCR2: both directions, no reset */
    }
}

int uart_get(void)
{
    uint32_t status = get(uart.receive_status);

    if ((status & uart.empty) != 0 || (status & uart.some) != uart.some) {
        return -1;
    }
    return (int)(get(uart.receive) & 0xff);
}

void uart_put(uint8_t byte)
{
    uint32_t status;

    do {
        status = get(uart.send_status);
    } while ((status & uart.full) != 0 || (status & uart.ready) != uart.ready);
    set(uart.send, byte);
}

void uart_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            uart_put('\r');
        }
        uart_put((uint8_t)*text);
    }
}

void uart_hex(uint64_t value)
{
    uart_text("0x");
    for (int shift = 60; shift >= 0; shift -= 4) {
        unsigned digit = value >> shift & 0xf;
        uart_put((uint8_t)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}
