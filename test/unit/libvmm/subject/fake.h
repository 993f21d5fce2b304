/* SPDX-License-Identifier: BSD-2-Clause */
/* A fake kernel with the vCPUs' EL1 registers, which records list register loads; and guest RAM. */
#pragma once

#include <libvmm/vmm.h>
#include <microkit.h>
#include <stdbool.h>
#include <stdint.h>

extern seL4_UserContext fake_contexts[VMM_MAX_VCPUS];
#define fake_context fake_contexts[0]
/* The vCPUs that are resumed. */
extern bool fake_runs[VMM_MAX_VCPUS];
/* Since the last call: vCPUs resumed (+N) and suspended (-N), timers unmasked (ack). */
extern char fake_moves[256];
/* Lines printed on the debug console. */
extern unsigned fake_lines;
/* The virtual count. */
extern uint64_t fake_count;
extern seL4_Word fake_vcpu_reg[VMM_MAX_VCPUS][seL4_VCPUReg_Num];
/* List register loads since the last call, as "vCPU:index=INTID,priority,group". */
extern char fake_loads[4096];
extern _Alignas(16) uint8_t fake_ram[];
/* Where the instruction was that cpu_clean was last called for. */
extern uintptr_t fake_cleaned;
/* Performs the call that Microkit makes with its next Recv. */
void fake_ride(void);
