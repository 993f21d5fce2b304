/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's EL1 system registers, for people who look for a fault. */
#pragma once

#include <stddef.h>

/** Prints the EL1 system registers of a vCPU. Can be called from fault() and notified(). */
void vcpu_print_regs(size_t vcpu_id);
