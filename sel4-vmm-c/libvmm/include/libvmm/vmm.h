/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libvmm must know of the board and the system description. libvmm.a brings the values of a
 * generated vmm_config.h if it was built with one. Otherwise the program defines vmm_config. In
 * both cases the program fills in what only it knows (the addresses that Microkit puts into setvar
 * symbols) before it calls anything else of libvmm.
 *
 * libvmm keeps the state of one guest. A system with several guests has a protection domain with
 * libvmm for each of them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    VMM_MAX_VCPUS = 4,           /* vCPUs of one guest */
    VMM_MAX_LIST_REGISTERS = 16, /* most that libvmm keeps track of, a vCPU */
    VMM_MAX_INTIDS = 512         /* likewise, of the distributor */
};

struct vmm_config {
    uint64_t ram_ipa; /* where the guest sees its RAM */
    size_t ram_size;  /* bytes */
    uintptr_t
        ram_vaddr; /* where this protection domain sees it; 0: as linux_setup_images is told */
    size_t vcpus;  /* 1 to VMM_MAX_VCPUS, Microkit vCPU ids 0 to vcpus - 1 */
    size_t list_registers; /* of the CPU's virtual interface, 1 to VMM_MAX_LIST_REGISTERS */
    uint32_t vtimer_intid; /* PPI of the virtual timer */
    unsigned cpu_armv8;    /* N of the CPU's Armv8.N: 0 (Cortex-A53), 2 (Cortex-A55) */
    unsigned gic_version;  /* 2 or 3: the one whose virtual CPU interface the CPU has */
    uint32_t gic_intids;   /* INTIDs of the guest's distributor: 64 to VMM_MAX_INTIDS, 32 a step */
    uint64_t gicd_ipa;     /* the guest's distributor */
    uint64_t gicc_ipa;     /* GICv2: the guest's CPU interface (GICV is mapped there) */
    uint64_t gicr_ipa;     /* GICv3: the guest's redistributors, 128 KiB for each vCPU */
    uintptr_t gicd_page;   /* GICv2: RAM page that the guest maps read-only at gicd_ipa; 0: none */
};

extern struct vmm_config vmm_config;

/**
 * Puts libvmm back to where it was before its first call: no registrations, no guest. vmm_config
 * and vmm_hooks stay. The vCPUs are stopped first. Call it from init() or notified().
 */
void vmm_reset(void);
