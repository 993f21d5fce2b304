/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the general registers of a vCPU, for debugging. */
#pragma once

#include <stddef.h>

/** Prints the general registers of a vCPU. Can be called from fault() and notified(). */
void tcb_print_regs(size_t vcpu_id);
