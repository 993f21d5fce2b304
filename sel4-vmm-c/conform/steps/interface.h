/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's CPU interface, accessed by instructions that the probe executes: memory-mapped
 * registers (GICv2) or system registers (GICv3).
 */
#pragma once

#include "vcpus.h"

enum {
    INTERFACE_FIRST_SPECIAL = 1020, /* INTIDs from here on are special */
    INTERFACE_GROUP_1 = 1 << 30     /* taken by a register for group 1 only */
};

/** Guest physical address for the probe and the subject; 0 for system registers. */
extern const uint64_t interface_base;

/**
 * Takes the most urgent interrupt. If each group has its own register, takes one of group 1 if
 * there is any, otherwise one of group 0.
 *
 * @return the value of the register, with INTERFACE_GROUP_1
 */
uint32_t interface_take(size_t id, enum vcpu_outcome *outcome);

/** Ends a taken interrupt. Returns whether it must still be deactivated (EOImode 1). */
bool interface_end(size_t id, uint32_t taken, enum vcpu_outcome *outcome);

void interface_deactivate(size_t id, uint32_t taken, enum vcpu_outcome *outcome);
