/* SPDX-License-Identifier: BSD-2-Clause */
/* Output on a PL011 (Arm DDI 0183). */
#include "console.h"
#include "guest_board.h"
#include "registers.h"

#define UARTDR      (GUEST_UART_BASE + 0x00)
#define UARTFR      (GUEST_UART_BASE + 0x18)
#define UARTFR_TXFF (1u << 5) /* the transmit FIFO is full */

static void put_character(char character)
{
    while (read32(UARTFR) & UARTFR_TXFF) {
    }
    write32(UARTDR, (uint8_t)character);
}

void put_string(const char *text)
{
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
