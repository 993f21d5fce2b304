/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the one program of a VMM library's that a guest executes: that which brings the CPU
 * interface back to its reset state (sel4-vmm-c/libvmm/src/aarch64/reset_program.S). It is built
 * for AArch64 and interpreted here, instruction by instruction.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this is the program, at an IPA in guest RAM. */
bool program_is_at(uint64_t ipa);
/* Runs it on the vCPU from its PC up to its SMC, which goes to the VMM. */
void program_run(size_t vcpu_id);
