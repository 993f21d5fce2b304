/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's general registers, for people who look for a fault. */
#pragma once

#include <stddef.h>

/** Prints the general registers of a vCPU. Can be called from fault() and notified(). */
void tcb_print_regs(size_t vcpu_id);
