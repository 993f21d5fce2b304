/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces the header generated for a board. */
#pragma once

#define VMM_GUEST_RAM_IPA  0x40000000
#define VMM_GUEST_RAM_SIZE 0x800000
#define VMM_GUEST_VCPUS    1
#define VMM_GICD_BASE      0x8000000
#define VMM_GICC_BASE      0x8010000
#define VMM_GICC_SIZE      0x1000
#define VMM_LIST_REGISTERS 4
#define VMM_VTIMER_INTID   27
#define VMM_CPU_ARMV8      0
#define VMM_GIC_VERSION    2
#define VMM_GIC_INTIDS     288
