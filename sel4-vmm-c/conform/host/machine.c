/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"
#include "steps.h"
#include "vcpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <vmm_config.h>

static _Alignas(4096) uint8_t gicd_page[VMM_GICD_SIZE];

enum {
    GICV3_FRAME_SIZE = 0x10000
};

/* Replacements for functions of the library that need an AArch64 CPU. */
uint64_t cpu_physical_count(void)
{
    return 0;
}

void cpu_clean(const void *start, size_t size)
{
    (void)start, (void)size;
}

size_t cpu_zva_size(void)
{
    return 64;
}

void target_greet(struct record_greeting *greeting)
{
    greeting->build = BUILD_HASH;
    greeting->flags = GREETING_FLAG_SEES_KERNEL | GREETING_FLAG_TRANSLATES |
                      (subject_resets() ? GREETING_FLAG_RESETS : 0);
    greeting->vcpus = HOST_VCPUS;
    greeting->list_registers = GICV_LIST_REGISTERS;
    greeting->virtual_timer = VMM_VTIMER_INTID;
    greeting->ram_base = VMM_GUEST_RAM_IPA;
    greeting->ram_size = VMM_GUEST_RAM_SIZE;
    greeting->distributor_base = VMM_GICD_BASE;
    if (gic_version == 3) {
        greeting->distributor_size = GICV3_FRAME_SIZE;
        greeting->redistributor_base = VMM_GICR_BASE;
        return;
    }
    greeting->distributor_size = VMM_GICD_SIZE;
    greeting->cpu_interface_base = VMM_GICC_BASE;
    greeting->cpu_interface_size = VMM_GICC_SIZE;
}

void target_reset(bool page)
{
    kernel_reset();
    machine = (struct machine){
        .ram_ipa = VMM_GUEST_RAM_IPA,
        .ram_size = VMM_GUEST_RAM_SIZE,
        .ram_vaddr = machine.ram_vaddr,
        .vcpus = machine.vcpus,
        .list_registers = GICV_LIST_REGISTERS,
        .gic_version = gic_version,
        .gicd_ipa = VMM_GICD_BASE,
        .gicc_ipa = gic_version == 2 ? VMM_GICC_BASE : 0,
        .gicr_ipa = gic_version == 3 ? VMM_GICR_BASE : 0,
        .gicd_page = page && machine.vcpus == 1 && gic_version == 2 ? (uintptr_t)gicd_page : 0,
    };
}

void machine_map(void)
{
    void *ram = mmap((void *)VMM_GUEST_RAM_IPA, VMM_GUEST_RAM_SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (ram == MAP_FAILED) {
        perror("guest RAM");
        exit(3);
    }
    machine.ram_vaddr = (uintptr_t)ram;
    machine.vcpus = 1;
}
