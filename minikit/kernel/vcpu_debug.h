/* SPDX-License-Identifier: BSD-2-Clause */
/* Breakpoints, watchpoints and OS lock of each vCPU. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    MAX_BREAKPOINTS = 16,
};

struct vcpu_debug {
    struct {
        uint64_t address, control;
    } breakpoints[MAX_BREAKPOINTS], watchpoints[MAX_BREAKPOINTS];
    bool os_lock;
};

/* Saves and loads them while MDSCR_EL1 is 0, so that none can fire. */
void vcpu_debug_save(struct vcpu_debug *debug);
void vcpu_debug_load(const struct vcpu_debug *debug);

/* Permits guests to use them, the performance monitors and AArch32, whatever firmware has set. */
void vcpu_debug_init(void);
