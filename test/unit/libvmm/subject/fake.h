/* SPDX-License-Identifier: BSD-2-Clause */
/* A kernel that holds the vCPUs' EL1 registers and notes list registers; and the guest's RAM. */
#pragma once

#include <libvmm/vmm.h>
#include <microkit.h>
#include <stdbool.h>
#include <stdint.h>

extern seL4_UserContext fake_context; /* vCPU 0's */
extern seL4_Word fake_vcpu_reg[VMM_MAX_VCPUS][seL4_VCPUReg_Num];
/* List register loads since the last look, as "vCPU:index=INTID,priority,group". */
extern char fake_loads[4096];
extern _Alignas(16) uint8_t fake_ram[];
/* Does the call that Microkit makes with its next Recv. */
void fake_ride(void);
