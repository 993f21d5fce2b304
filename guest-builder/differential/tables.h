/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation: the guest's own half, and the windows through which programs access memory. */
#pragma once

#include "layout.h"
#include <differential_protocol.h>
#include <stdint.h>

#define PAGE 0x1000u

#define DESCRIPTOR_PAGE  3ull
#define DESCRIPTOR_TABLE 3ull
#define DESCRIPTOR_BLOCK 1ull

/* The memory types of MAIR_EL1, by AttrIndx. */
#define ATTRIBUTE_DEVICE 0ull
#define ATTRIBUTE_NORMAL 1ull

/** The same code at addresses that EL0 may execute and nobody may write. */
#define CODE_ADDRESS (HIGH_HALF + 0x6000000000)
#define CODE_PAGES   ((MAX_ACTS * CODE_STRIDE + PAGE - 1) / PAGE)

/** Read by head.S. */
struct translation {
    uint64_t mair, tcr, high_root, low_root;
    uint64_t has_identity; /* this image is also at its physical address, in the lower half */
};
extern struct translation translation;

/** RAM that programs see: data, and their own translation tables. */
extern uint8_t arena[ARENA_PAGES * PAGE];
extern uint64_t program_tables[4 * 0x10000 / 8];
extern uint32_t act_code[CODE_PAGES * PAGE / 4];

/** Lays out `translation`, with the MMU off. */
void tables_build(void);

/** The physical address of a target. Pages 0 to 15 are the arena's. */
uint64_t target_address(unsigned target);

/** Sets a slot's descriptor. The caller flushes afterwards. */
void window_set(unsigned slot, uint64_t descriptor);

/** A descriptor in a program's form: 16 bits of attributes and a target. */
uint64_t window_descriptor(unsigned target, uint16_t attributes);

/** Gives a slot its state at the start of a program. */
void window_default(unsigned slot);

void tlb_flush(void);

/** The physical address of an object in this image. */
static inline uint64_t physical(const volatile void *pointer)
{
    return (uint64_t)pointer & ~HIGH_HALF;
}
