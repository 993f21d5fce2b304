/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent: a protection domain that owns the UART and is the VMM of a guest that runs the probe.
 * On request of the host it calls the library under test and executes steps of the guest.
 */
#include "interface.h"
#include "line.h"
#include "link.h"
#include "steps.h"
#include "uart.h"
#include "vcpus.h"
#include <agent_build.h>
#include <agent_config.h>
#include <microkit.h>

/* Filled in by the Microkit tool, from setvar_vaddr in the system description. */
uintptr_t guest_ram_vaddr, probe_vaddr, uart_vaddr;

void target_greet(struct record_greeting *greeting)
{
    greeting->build = AGENT_BUILD_HASH;
    greeting->flags = subject_resets() ? GREETING_FLAG_RESETS : 0;
    greeting->vcpus = PROBE_VCPUS;
    greeting->list_registers = AGENT_LIST_REGISTERS;
    greeting->virtual_timer = AGENT_VTIMER_INTID;
    greeting->ram_base = AGENT_RAM_BASE;
    greeting->ram_size = AGENT_RAM_SIZE;
    greeting->distributor_base = AGENT_GICD_BASE;
    greeting->distributor_size = AGENT_GICD_SIZE;
    greeting->cpu_interface_base = interface_base;
    greeting->cpu_interface_size = AGENT_GICC_SIZE;
    greeting->redistributor_base = AGENT_GICR_BASE;
}

void init(void)
{
    machine.ram_vaddr = guest_ram_vaddr;
    machine.vcpus = 1;
    uart_start(uart_vaddr + AGENT_UART_OFFSET);
    uart_let_interrupt();
    vcpus_load();
    link_announce();
    for (;;) {
        int byte = line_get();
        if (byte >= 0)
            link_receive((uint8_t)byte);
        else
            vcpus_wait_for_input();
    }
}

void notified(microkit_channel channel)
{
    (void)channel; /* init does not return */
}
