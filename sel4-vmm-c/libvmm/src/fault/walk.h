/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's stage 1 translation (Arm ARM, D8), as the VMM needs it to look at an instruction. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum walk_outcome {
    WALK_MAPPED,
    WALK_UNMAPPED,   /* no translation at `level` */
    WALK_OUTSIDE_RAM /* the table of `level` is not in guest RAM */
};

struct walk {
    enum walk_outcome outcome;
    unsigned level;
    uint64_t ipa; /* WALK_MAPPED */
};

/* Where the vCPU's EL1 and EL0 see `va`. Permissions are not looked at: the CPU has done so. */
struct walk walk_stage1(size_t vcpu_id, uint64_t va);

/* Guest RAM at an address, if all of [ipa, ipa + size) is there; else NULL. */
void *guest_ram(uint64_t ipa, size_t size);
