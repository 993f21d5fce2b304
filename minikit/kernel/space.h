/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "system.h"

/* Enables the kernel's own translation: an identity map of memory and devices, code read-only. */
void kernel_space_on(bool caches_were_on);

/* Creates the stage 2 tables of every space of the system table. Returns the VTTBR_EL2 of each. */
void spaces_make(uint64_t vttbrs[MAX_SPACES]);

/* The mapping of a page. */
struct page {
    uint64_t paddr, size;
};

/* Finds the mapping of `vaddr`. Returns false if there is none. */
bool space_find(uint64_t vttbr, uint64_t vaddr, struct page *page);
