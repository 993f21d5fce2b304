/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 1 with blocks of 1 GiB: every guest physical address at itself, and some of them elsewhere
 * too. */
#pragma once

#include <stdint.h>

#define GIB (1ull << 30)

/** Devices (guest physical 0 to 1 GiB) as Normal memory: accesses that Device memory refuses get
 * out of stage 1. */
#define NORMAL_ALIAS (256 * GIB)
/** The guest's RAM at another address than its own, executable. */
#define CODE_ALIAS (300 * GIB)
/** The first address that TTBR1 translates. */
#define HIGH_ADDRESSES 0xffffff8000000000ull

/** Switches stage 1 on. */
void mmu_init(void);

/** What the code alias translates by, without telling the TLB; `descriptor` is as the architecture
 * has it. */
void set_code_alias(uint64_t descriptor);

/** The descriptor that makes the code alias right. */
uint64_t right_code_alias(void);

/** What the last GiB of each half translates by. */
void set_last_block(uint64_t descriptor);

/** Pages that a phase maps as it likes, at 400 GiB. */
#define WINDOW (400 * GIB)
void set_window_page(unsigned n, uint64_t descriptor);

/** The lower half as another TCR_EL1 and another table would have it, and as it is. */
void set_low_half(uint64_t tcr, uint64_t table);
void right_low_half(uint64_t right_table);
uint64_t right_table(void);
extern const uint64_t right_tcr;

/** Lets TTBR1 walk a table at a guest physical address, aligned to 4 KiB. */
void set_high_table(uint64_t address);
