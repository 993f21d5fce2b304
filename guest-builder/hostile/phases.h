/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* accesses.c */
void try_values(void);
void try_distributor(void);
void try_cpu_interface(void);
void try_unmapped(void);

/* translation.c */
void try_other_addresses(void);
void try_jumps(void);

/* straddle.c */
void try_two_pages(void);
void try_sizes(void);

/* system.c */
void try_system_registers(void);
void try_timers(void);

/* debug.c */
void try_debug_registers(void);

/* calls.c */
void try_smc(void);
void try_hvc(void);
void try_psci(void);

/* alive.c */
void check_alive(void);
