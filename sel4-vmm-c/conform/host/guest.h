/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a vCPU before and after a step of the guest. */
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

/* The registers before a step, to find those that it has changed. */
extern seL4_UserContext guest_before;

/* Prepares the vCPU to execute `word` in PSTATE `state`. Returns false if the vCPU does not run. */
bool guest_begin(size_t id, uint32_t word, uint8_t state);
/* Reports where the vCPU is after its step, and the registers that have changed. */
void guest_finish(size_t id);

/* Sets the registers of address and data of a load or store. */
void guest_set_operands(size_t id, const struct step_access *step, const struct form *form);
/* A load or store faults at stage 2. */
void guest_data_abort(size_t id, const struct step_access *step, const struct form *form,
                      uint64_t ipa);

/* Address of guest RAM in the VMM and in this program. */
static inline uint8_t *guest_ram(uint64_t ipa)
{
    return (uint8_t *)(machine.ram_vaddr + (uintptr_t)(ipa - machine.ram_ipa));
}

struct registers registers_of(const seL4_UserContext *context);
