/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's breakpoints, watchpoints and OS lock: each vCPU has its own. */
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

/* While MDSCR_EL1 is 0: none of them can fire. */
void vcpu_debug_save(struct vcpu_debug *debug);
void vcpu_debug_load(const struct vcpu_debug *debug);

/* Lets guests use them, the performance monitors and AArch32, whatever the firmware has left. */
void vcpu_debug_init(void);
