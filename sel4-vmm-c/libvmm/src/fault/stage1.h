/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's stage 1 translation (Arm ARM, D8), for Armv8.0 to Armv8.2 as set in vmm_config. Gives
 * address and permission of an access. libvmm uses it for all accesses on behalf of the guest.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The translation registers of a vCPU, read once for each instruction. */
struct stage1 {
    uint64_t sctlr;
    uint64_t tcr;
    uint64_t table[2]; /* TTBR0_EL1, TTBR1_EL1 */
    uint64_t pstate;
};

enum stage1_access {
    STAGE1_READ,
    STAGE1_WRITE,
    STAGE1_EXECUTE
};

/* Result of a translation. */
struct stage1_place {
    bool mapped;
    uint8_t status; /* if not mapped: the fault status code that the CPU would report */
    uint64_t ipa;
};

/* pstate: PSTATE of the instruction. */
void stage1_begin(struct stage1 *stage1, size_t vcpu_id, uint64_t pstate);

/* Whether data is big-endian at the vCPU's current exception level. */
bool stage1_big_endian(const struct stage1 *stage1);

/* as_el0: use EL0's permissions (LDTR, STTR) also at EL1. */
struct stage1_place stage1_translate(const struct stage1 *stage1, uint64_t va,
                                     enum stage1_access access, bool as_el0);
