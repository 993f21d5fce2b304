/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt controller. gic.c has the common parts of GICv2 and GICv3; gic_v2.c or gic_v3.c has
 * the rest, depending on the board.
 */
#pragma once

#include "arch.h"

/* Initialises distributor and CPU interface with all interrupts disabled. */
void gic_init(void);

void gic_enable(uint32_t intid, bool on);
void gic_set_edge(uint32_t intid, bool edge);

/*
 * Acknowledges the pending interrupt of highest priority. Returns its number, or FIRST_SPECIAL or
 * more if there is none. Call gic_end() when it has been handled.
 */
uint32_t gic_take(void);
void gic_end(uint32_t intid);

enum {
    FIRST_SPI = 32,
    FIRST_SPECIAL = 1020,
};

/* Functions of each version, for gic.c. */

/* Disables the distributor and finds the registers of this CPU's private interrupts. */
void gic_version_stop(void);

/* Frame of the registers with a bit or a byte for `intid`. */
uintptr_t gic_frame(uint32_t intid);

/* Waits until a disabled interrupt of `frame` can no longer arrive. */
void gic_wait_until_off(uintptr_t frame);

/* Routes all shared interrupts below `end` to this CPU and enables the CPU interface. */
void gic_version_start(uint32_t end);
