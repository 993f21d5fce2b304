/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

#include "layout.h"

enum {
    MAX_SPACES = 255, /* VMID is 8 bits, and 0 is nobody's */
    MAX_PDS = 63,
    MAX_VCPUS = 64,
};

/* The system table, checked: every index and range in it is what it should be. */
extern const struct mk_system *system;

/* Records of the table. */
#define SYSTEM_RECORDS(name)                                                                 \
    static inline const struct mk_##name *system_##name(uint32_t index)                      \
    {                                                                                        \
        return (const struct mk_##name *)((uintptr_t)system + system->name##_first) + index; \
    }
SYSTEM_RECORDS(space)
SYSTEM_RECORDS(map)
SYSTEM_RECORDS(pd)
SYSTEM_RECORDS(vcpu)
SYSTEM_RECORDS(channel)
SYSTEM_RECORDS(irq)
SYSTEM_RECORDS(clear)
SYSTEM_RECORDS(fill)

/* True when the board has RAM there, all of it in one range. */
bool system_has_memory(uint64_t base, uint64_t size);

/* Finds the table that the tool has packed behind the kernel; stops the machine when it is wrong.
 */
void system_init(void);
