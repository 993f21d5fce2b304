/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMM library under test, behind one set of calls for all dialects of the API (subject_*.c).
 * Calls that a dialect lacks return failure.
 */
#pragma once

#include <conform_protocol.h>
#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Describes the target to the subject. */
struct machine {
    uint64_t ram_ipa;
    size_t ram_size;
    uintptr_t ram_vaddr;
    size_t vcpus;
    size_t list_registers;
    unsigned gic_version; /* 2 or 3 */
    uint64_t gicd_ipa;
    uint64_t gicc_ipa;   /* GICv2 */
    uint64_t gicr_ipa;   /* GICv3 */
    uintptr_t gicd_page; /* 0: none */
};

/* Whether subject_reset can reset everything. */
bool subject_resets(void);
/* Resets everything, for a guest on this machine. */
void subject_reset(const struct machine *machine);

bool subject_init(size_t cpu);
bool subject_register(size_t vcpu, size_t irq, bool ack, uint32_t cookie);
bool subject_inject(size_t vcpu, int irq);
bool subject_register_passthrough(size_t vcpu, size_t irq, microkit_channel channel);
bool subject_handle_passthrough(microkit_channel channel);
uint64_t subject_setup_images(const struct step_images *step, uintptr_t kernel, uintptr_t dtb,
                              uintptr_t initrd);
bool subject_start(size_t vcpu, uintptr_t pc, uintptr_t dtb, uintptr_t initrd);
void subject_stop(size_t vcpu);
bool subject_restart(size_t vcpu);
bool subject_register_handler(uint64_t base, uint64_t size, uint8_t id);
bool subject_fault(size_t vcpu, microkit_msginfo info);

/* The value of a load from an emulated range at `offset` (handlerAnswer in harness/model). */
static inline uint64_t handler_answer(uint64_t offset)
{
    return UINT64_C(0x8182838485868788) ^ (offset * 0x01010101);
}
