/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of libvmm for the board and the system description. If libvmm.a was built with a
 * generated vmm_config.h, it has those values. Otherwise the program defines vmm_config. In both
 * cases the program sets the values that only it knows (addresses that Microkit puts into setvar
 * symbols) before it calls any other function of libvmm.
 *
 * libvmm keeps the state of one guest. A system with several guests has a protection domain with
 * libvmm for each of them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    VMM_MAX_VCPUS = 4,           /* vCPUs of one guest */
    VMM_MAX_LIST_REGISTERS = 16, /* the most that libvmm manages for each vCPU */
    VMM_MAX_INTIDS = 512         /* the most INTIDs of the distributor */
};

struct vmm_config {
    uint64_t ram_ipa;      /* guest physical address of RAM */
    size_t ram_size;       /* bytes */
    uintptr_t ram_vaddr;   /* its address in this protection domain; 0: set by linux_setup_images */
    size_t vcpus;          /* 1 to VMM_MAX_VCPUS; the Microkit vCPU ids are 0 to vcpus - 1 */
    size_t list_registers; /* of the virtual CPU interface, 1 to VMM_MAX_LIST_REGISTERS */
    uint32_t vtimer_intid; /* PPI of the virtual timer */
    unsigned cpu_armv8;    /* N of the CPU's Armv8.N: 0 (Cortex-A53), 2 (Cortex-A55) */
    unsigned gic_version;  /* 2 or 3: GIC version of the virtual CPU interface */
    uint32_t gic_intids;   /* INTIDs of the distributor: 64 to VMM_MAX_INTIDS, in steps of 32 */
    uint64_t gicd_ipa;     /* the guest's distributor */
    uint64_t gicc_ipa;     /* GICv2: the guest's CPU interface (GICV is mapped there) */
    uint64_t gicr_ipa;     /* GICv3: the guest's redistributors, 128 KiB for each vCPU */
    uintptr_t gicd_page;   /* GICv2: RAM page that the guest maps read-only at gicd_ipa; 0: none */
    uint32_t vcpus_elsewhere; /* bit N: vCPU N runs on another core than the VMM (cpu=) */
};

extern struct vmm_config vmm_config;

/**
 * Resets libvmm to its state before the first call: no registrations, no guest. vmm_config and
 * vmm_hooks are kept. The vCPUs are stopped first. Call it from init() or notified().
 */
void vmm_reset(void);
