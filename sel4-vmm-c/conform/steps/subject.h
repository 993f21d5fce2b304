/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMM library that is looked at, by one set of calls for every dialect of the API
 * (subject_*.c). What a dialect does not have answers as a failure.
 */
#pragma once

#include <conform_protocol.h>
#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the target is, as the subject has to be told. */
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

/* Whether subject_reset can put everything back. */
bool subject_resets(void);
/* Everything back to the start, for a guest on this machine. */
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

/* What an emulated range answers to a load at `offset` (handlerAnswer in harness/model). */
static inline uint64_t handler_answer(uint64_t offset)
{
    return UINT64_C(0x8182838485868788) ^ (offset * 0x01010101);
}
