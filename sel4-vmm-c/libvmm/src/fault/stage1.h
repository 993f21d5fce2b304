/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's stage 1 translation (Arm ARM, D8), of Armv8.0 to Armv8.2 as vmm_config says: where an
 * access goes, and whether it may. What libvmm does in the guest's place it does by this.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What translates for a vCPU: its registers, read once for an instruction. */
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

/* Where an access goes. */
struct stage1_place {
    bool mapped;
    uint8_t status; /* where it is not mapped: the fault status code that the CPU would give */
    uint64_t ipa;
};

/* pstate: of the instruction whose accesses are looked at. */
void stage1_begin(struct stage1 *stage1, size_t vcpu_id, uint64_t pstate);

/* Has the vCPU its data in big-endian order at the exception level that it is in? */
bool stage1_big_endian(const struct stage1 *stage1);

/* as_el0: a load or store that is as EL0's (LDTR, STTR), besides all of EL0. */
struct stage1_place stage1_translate(const struct stage1 *stage1, uint64_t va,
                                     enum stage1_access access, bool as_el0);
