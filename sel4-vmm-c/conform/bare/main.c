/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent on a bare machine: the same link and the same steps of the guest, without a VMM. Of the
 * API it has only the start of the guest, as a boot loader does.
 */
#include "bare.h"
#include "interface.h"
#include "line.h"
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
    greeting->cpu_interface_base = interface_base;
    greeting->cpu_interface_size = AGENT_GICC_SIZE;
    greeting->redistributor_base = AGENT_GICR_BASE;
}

_Noreturn void bare_main(void)
{
    machine.ram_vaddr = AGENT_RAM_BASE;
    machine.vcpus = 1;
    uart_start(AGENT_UART_BASE);
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
