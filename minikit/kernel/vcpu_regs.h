/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Copy EL1 registers of a guest between the hardware and an array indexed by seL4_VCPUReg. */
void vcpu_regs_save(uint64_t *regs);
void vcpu_regs_load(const uint64_t *regs);

/* Access one register, `reg` below seL4_VCPUReg_Num, of a guest whose state is in the hardware. */
uint64_t vcpu_reg_read(unsigned reg);
void vcpu_reg_write(unsigned reg, uint64_t value);

/* Whether a register is in memory while a protection domain runs (see deactivate()). */
bool vcpu_reg_in_memory(unsigned reg);
