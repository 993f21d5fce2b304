/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 1 with blocks of 1 GiB: an identity map of every guest physical address, and aliases of
 * some. */
#pragma once

#include <stdint.h>

#define GIB (1ull << 30)

/** Devices (guest physical 0 to 1 GiB) as Normal memory, so that accesses that Device memory
 * refuses pass stage 1. */
#define NORMAL_ALIAS (256 * GIB)
/** The guest's RAM at another address, executable. */
#define CODE_ALIAS (300 * GIB)
/** The first address that TTBR1 translates. */
#define HIGH_ADDRESSES 0xffffff8000000000ull

/** Enables stage 1. */
void mmu_init(void);

/**
 * Changes the translation of the code alias without invalidating the TLB; `descriptor` has the
 * architecture's format.
 */
void set_code_alias(uint64_t descriptor);

/** The correct descriptor of the code alias. */
uint64_t right_code_alias(void);

/** Sets the translation of the last GiB of each half. */
void set_last_block(uint64_t descriptor);

/** Pages at 400 GiB that a phase maps as it needs. */
#define WINDOW (400 * GIB)
void set_window_page(unsigned n, uint64_t descriptor);

/** Gives the lower half another TCR_EL1 and another table, or the usual ones. */
void set_low_half(uint64_t tcr, uint64_t table);
void right_low_half(uint64_t right_table);
uint64_t right_table(void);
extern const uint64_t right_tcr;

/** Lets TTBR1 walk a table at a guest physical address, aligned to 4 KiB. */
void set_high_table(uint64_t address);
