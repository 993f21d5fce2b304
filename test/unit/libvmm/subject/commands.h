/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that are not in main.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* emulation.c */
bool emulation_device(uint64_t base, uint64_t mood);
void emulation_fault(uint32_t insn, uint64_t ipa, uint32_t esr, uint64_t pc, uint64_t code);

/* gicv3.c: each takes the numbers of its line */
void gicv3_banks(const uint64_t *n);
void gicv3_start(const uint64_t *n);
void gicv3_config(const uint64_t *n);
void gicv3_read_frame(const uint64_t *n);
void gicv3_write_frame(const uint64_t *n);
void gicv3_sweep(const uint64_t *n);
void gicv3_sgi(const uint64_t *n);
void gicv3_trap(const uint64_t *n);

/* vcpus.c: likewise */
void vcpus_all_on(void);
void vcpus_guest(const uint64_t *n);
void vcpus_now(const uint64_t *n);
void vcpus_set_timer(const uint64_t *n);
void vcpus_trap(const uint64_t *n);
void vcpus_smc(const uint64_t *n);
void vcpus_timer(const uint64_t *n);
void vcpus_context(const uint64_t *n);
void vcpus_read_register(const uint64_t *n);
void vcpus_write_register(const uint64_t *n);
void vcpus_helpers(const uint64_t *n);
void vcpus_name(const uint64_t *n);
void vcpus_exit(const uint64_t *n);
void vcpus_running(const uint64_t *n);
void vcpus_restart(const uint64_t *n);

/* unpack.c */
void unpack(const uint64_t *n);

/* format.c */
void formats(const uint64_t *n);
void format_oddities(const uint64_t *n);

/* main.c: prints the list registers loaded since the last call, as one line */
void print_loads(void);
