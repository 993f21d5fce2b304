/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware calls of the bare machine, and its stop on errors. */
#include "bare.h"
#include "uart.h"

static void put_hex(uint64_t value)
{
    for (int shift = 60; shift >= 0; shift -= 4)
        uart_put((uint8_t) "0123456789abcdef"[value >> shift & 15]);
}

_Noreturn void bare_died(uint64_t esr, uint64_t elr)
{
    for (const char *text = "bare|ERROR: exception to EL2, ESR 0x"; *text; text++)
        uart_put((uint8_t)*text);
    put_hex(esr);
    uart_put(' ');
    put_hex(elr);
    uart_put('\n');
    for (;;)
        __asm__ volatile("wfi");
}

static uint64_t call(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
    uint64_t x[] = {x0, x1, x2, x3};
    firmware(x);
    return x[0];
}

void firmware(uint64_t x[4])
{
    register uint64_t x0 __asm__("x0") = x[0];
    register uint64_t x1 __asm__("x1") = x[1];
    register uint64_t x2 __asm__("x2") = x[2];
    register uint64_t x3 __asm__("x3") = x[3];
    __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
    x[0] = x0;
    x[1] = x1;
    x[2] = x2;
    x[3] = x3;
}

bool firmware_cpu_on(size_t id)
{
    extern const char bare_second[];
    return call(0xc4000003, id, (uintptr_t)bare_second, id) == 0;
}
