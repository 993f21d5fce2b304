/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "system.h"

/* Turns the kernel's own translation on: memory and devices where they are, code read-only. */
void kernel_space_on(bool caches_were_on);

/* Makes the stage-2 tables of every space of the system table; gives the VTTBR_EL2 of each. */
void spaces_make(uint64_t vttbrs[MAX_SPACES]);

/* A page as the tables of a space have it. */
struct page {
    uint64_t paddr, size;
};

/* Finds what `vaddr` is mapped to; false when nothing is. */
bool space_find(uint64_t vttbr, uint64_t vaddr, struct page *page);
