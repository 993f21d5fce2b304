/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

#include "layout.h"

enum {
    MAX_SPACES = 255, /* VMID has 8 bits, and 0 is not used */
    MAX_PDS = 63,
    MAX_VCPUS = 64,
};

/* The checked system table: every index and range in it is valid. */
extern const struct mk_system *system;

/* The records of the table. */
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

/* Whether the whole range lies in one RAM range of the board. */
bool system_has_memory(uint64_t base, uint64_t size);

/* Finds and checks the table that the tool has packed behind the kernel. Stops the machine if it is
 * invalid. */
void system_init(void);
