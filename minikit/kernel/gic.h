/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt controller. gic.c is what GICv2 and GICv3 have in common; gic_v2.c or gic_v3.c, as
 * the board has it, is the rest.
 */
#pragma once

#include "arch.h"

/* Sets up distributor and CPU interface with every interrupt off. */
void gic_init(void);

void gic_enable(uint32_t intid, bool on);
void gic_set_edge(uint32_t intid, bool edge);

/*
 * Takes the pending interrupt of highest priority: its number, FIRST_SPECIAL or more when there is
 * none. gic_end() is told of it when it has been handled.
 */
uint32_t gic_take(void);
void gic_end(uint32_t intid);

enum {
    FIRST_SPI = 32,
    FIRST_SPECIAL = 1020,
};

/* What gic.c asks of the version. */

/* Stops the distributor, and finds the registers of this CPU's private interrupts. */
void gic_version_stop(void);

/* Where the registers lie that have a bit or a byte for `intid`. */
uintptr_t gic_frame(uint32_t intid);

/* Waits until an interrupt that was turned off in `frame` cannot come any more. */
void gic_wait_until_off(uintptr_t frame);

/* Routes the shared interrupts, all below `end`, to this CPU, and opens the CPU interface. */
void gic_version_start(uint32_t end);
