/* SPDX-License-Identifier: BSD-2-Clause */
/* vmm_config with the values of the generated header of the board. */
#include <libvmm/vmm.h>
#include <vmm_config.h>

struct vmm_config vmm_config = {
    .ram_ipa = VMM_GUEST_RAM_IPA,
    .ram_size = VMM_GUEST_RAM_SIZE,
    .vcpus = VMM_GUEST_VCPUS,
    .list_registers = VMM_LIST_REGISTERS,
    .vtimer_intid = VMM_VTIMER_INTID,
    .cpu_armv8 = VMM_CPU_ARMV8,
    .gic_version = VMM_GIC_VERSION,
    .gic_intids = VMM_GIC_INTIDS,
    .gicd_ipa = VMM_GICD_BASE,
#if VMM_GIC_VERSION == 2
    .gicc_ipa = VMM_GICC_BASE,
#else
    .gicr_ipa = VMM_GICR_BASE,
#endif
#ifdef VMM_VCPUS_ELSEWHERE
    .vcpus_elsewhere = VMM_VCPUS_ELSEWHERE,
#endif
};

_Static_assert(VMM_GIC_VERSION == 2 || VMM_GIC_VERSION == 3, "libvmm emulates GICv2 and GICv3");
_Static_assert(VMM_GUEST_VCPUS >= 1 && VMM_GUEST_VCPUS <= VMM_MAX_VCPUS, "1 to 4 vCPUs");
_Static_assert(VMM_LIST_REGISTERS >= 1 && VMM_LIST_REGISTERS <= VMM_MAX_LIST_REGISTERS,
               "list registers");
_Static_assert(VMM_GIC_INTIDS % 32 == 0 && VMM_GIC_INTIDS >= 64 && VMM_GIC_INTIDS <= VMM_MAX_INTIDS,
               "INTIDs");
