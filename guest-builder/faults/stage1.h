/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 1 for the scenes: an identity map in the lower half, a window of pages, and a copy above.
 */
#pragma once

#include "upper.h"
#include <stdint.h>

#define PAGE 0x1000ull
#define GIB  (1ull << 30)

/** Pages that a scene maps as it needs. */
#define WINDOW       (8 * GIB)
#define WINDOW_PAGES 512u
/** The upper half, a second map of everything. Its last page is the distributor. */
#define UPPER ((uint64_t)UPPER_HALF)

/* Bits of a page descriptor (Arm ARM DDI 0487, D8.3). */
#define VALID_PAGE      0x3ull
#define ATTRIBUTE(n)    ((uint64_t)(n) << 2)
#define AP_EL0          (1ull << 6)
#define AP_READ_ONLY    (1ull << 7)
#define INNER_SHAREABLE (3ull << 8)
#define ACCESS_FLAG     (1ull << 10)

/* The memory types of MAIR_EL1, by ATTRIBUTE(n). */
#define DEVICE          0u
#define NORMAL          1u
#define NORMAL_UNCACHED 2u

/** A page that EL1 may read and write. */
#define PAGE_OF(address, attribute) \
    ((uint64_t)(address) | VALID_PAGE | ATTRIBUTE(attribute) | INNER_SHAREABLE | ACCESS_FLAG)

/** Enables stage 1, with an empty window. */
void stage1_init(void);
/** Sets page n of the window or, before it in the walk, the tables of levels 2 and 1, by their
 * descriptors. */
void window_page(unsigned n, uint64_t descriptor);
void window_level2(uint64_t descriptor);
void window_level1(uint64_t descriptor);
/** The descriptors that lead to the window's pages. */
uint64_t window_level2_right(void);
uint64_t window_level1_right(void);
/** Sets TCR_EL1 and TTBR0_EL1 to their normal values. */
void stage1_lower(uint64_t tcr, uint64_t ttbr0);
extern const uint64_t stage1_tcr;
uint64_t stage1_ttbr0(void);
/** Makes the changes take effect. */
void stage1_flush(void);
