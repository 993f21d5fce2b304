/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that does everything it must not do. It continues after every exception, prints its
 * counts, one line per phase, and ends with SYSTEM_OFF. It shows that its VMM is still running and
 * still correct.
 */
#include "console.h"
#include "gic.h"
#include "mmu.h"
#include "phases.h"
#include "survive.h"

/** Only the part that no VMM can survive on a kernel that leaves a guest's debug registers active.
 */
#ifndef HOSTILE_DEBUG
#define HOSTILE_DEBUG 0
#endif

int main(void)
{
#if HOSTILE_DEBUG
    static void (*const phases[])(void) = {try_debug_registers, check_alive};
#else
    static void (*const phases[])(void) = {
        try_values, try_distributor, try_cpu_interface, try_unmapped, try_other_addresses,
        try_jumps,  try_two_pages,   try_sizes,         try_timers,   try_system_registers,
        try_smc,    try_hvc,         try_psci,          check_alive,
    };
#endif

    put_string("hostile: begin\n");
    mmu_init();
    gic_reset();
    for (unsigned n = 0; n < sizeof(phases) / sizeof(phases[0]); n++) {
        phases[n]();
    }
    put_string("hostile: done, ");
    put_decimal(wrong_in_all());
    put_string(" wrong\n");
    return 0;
}
