/* SPDX-License-Identifier: BSD-2-Clause */
/* A step of the guest's: where its CPU is, before and after. */
#pragma once

#include "registers.h"
#include "steps.h"
#include "vcpu.h"

enum {
    INSTRUCTION = 4,

    /* ESR_EL2 */
    EC_SHIFT = 26,
    IL = 1 << 25
};

/* The registers before a step, to tell what it has changed. */
extern seL4_UserContext guest_before;

/* Makes the vCPU ready to execute `word` in the PSTATE of that `state`; false when it does not run.
 */
bool guest_begin(size_t id, uint32_t word, uint8_t state);
/* Reports where the vCPU is after its step, and what that has changed. */
void guest_finish(size_t id);

/* Where the VMM, and this program, see guest RAM. */
static inline uint8_t *guest_ram(uint64_t ipa)
{
    return (uint8_t *)(machine.ram_vaddr + (uintptr_t)(ipa - machine.ram_ipa));
}

struct registers registers_of(const seL4_UserContext *context);
