/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's CPU interface, used by instructions that the probe executes: registers in memory
 * (GICv2) or system registers (GICv3).
 */
#pragma once

#include "vcpus.h"

enum {
    INTERFACE_FIRST_SPECIAL = 1020, /* INTIDs from here are no interrupts */
    INTERFACE_GROUP_1 = 1 << 30     /* taken by a register that gives group 1 alone */
};

/** Where it is in guest physical memory, for the probe and the subject; 0: in system registers. */
extern const uint64_t interface_base;

/**
 * Takes an interrupt: the most urgent; where each group has a register of its own one of group 1 if
 * there is any, else one of group 0.
 *
 * @return what the register gave, with INTERFACE_GROUP_1
 */
uint32_t interface_take(size_t id, enum vcpu_outcome *outcome);

/** Ends what was taken. Gives whether it has still to be deactivated (EOImode 1). */
bool interface_end(size_t id, uint32_t taken, enum vcpu_outcome *outcome);

void interface_deactivate(size_t id, uint32_t taken, enum vcpu_outcome *outcome);
