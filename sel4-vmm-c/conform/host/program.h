/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the only program of the VMM library that a guest executes: the reset program of the CPU
 * interface (sel4-vmm-c/libvmm/src/aarch64/reset_program.S). It is built for AArch64 and
 * interpreted here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the program is at an IPA in guest RAM. */
bool program_is_at(uint64_t ipa);
/* Runs it on the vCPU from its PC to its SMC, which becomes a fault for the VMM. */
void program_run(size_t vcpu_id);
