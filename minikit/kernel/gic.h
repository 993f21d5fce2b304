/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch.h"

/* Sets up distributor and CPU interface with every interrupt off. */
void gic_init(void);

void gic_enable(uint32_t intid, bool on);
void gic_set_edge(uint32_t intid, bool edge);

/* Takes the pending interrupt of highest priority, and has it delivered; none is fine, too. */
void gic_handle_interrupt(void);
