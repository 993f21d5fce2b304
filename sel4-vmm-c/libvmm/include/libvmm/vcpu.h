/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the EL1 system registers of a vCPU, for debugging. */
#pragma once

#include <stddef.h>

/** Prints the EL1 system registers of a vCPU. Can be called from fault() and notified(). */
void vcpu_print_regs(size_t vcpu_id);
