/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent on a bare machine: the same link and the same steps of the guest, with no VMM. Of the
 * API there is what a boot loader does: it starts the guest.
 */
#include "bare.h"
#include "link.h"
#include "steps.h"
#include "uart.h"
#include "vcpus.h"
#include <agent_build.h>
#include <agent_config.h>

uintptr_t guest_ram_vaddr = AGENT_RAM_BASE, probe_vaddr = AGENT_PROBE_BASE;

void target_greet(struct record_greeting *greeting)
{
    greeting->build = AGENT_BUILD_HASH;
    greeting->flags = GREETING_FLAG_RESETS | GREETING_FLAG_BARE;
    greeting->vcpus = (uint8_t)bare_cpus();
    greeting->list_registers = AGENT_LIST_REGISTERS;
    greeting->virtual_timer = AGENT_VTIMER_INTID;
    greeting->ram_base = AGENT_RAM_BASE;
    greeting->ram_size = AGENT_RAM_SIZE;
    greeting->distributor_base = AGENT_GICD_BASE;
    greeting->distributor_size = AGENT_GICD_SIZE;
    greeting->cpu_interface_base = AGENT_GICC_BASE;
    greeting->cpu_interface_size = AGENT_GICC_SIZE;
}

void link_write(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        uart_put(bytes[i]);
}

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

_Noreturn void bare_main(void)
{
    machine.ram_vaddr = AGENT_RAM_BASE;
    machine.vcpus = 1;
    uart_start(AGENT_UART_BASE);
    vcpus_load();
    link_announce();
    for (;;) {
        int byte = uart_get();
        if (byte >= 0)
            link_receive((uint8_t)byte);
        else
            vcpus_wait_for_input();
    }
}
