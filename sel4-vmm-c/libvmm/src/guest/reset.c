/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that starts over finds CPU interfaces as after reset. seL4 lets nobody but the guest
 * reach them, and refuses to load a list register whose interrupt is active. So each vCPU that has
 * run or was given an interrupt first runs a program of ours (aarch64/reset_program.S) that ends
 * what is active and takes what is pending. It lies at the start of RAM while it runs, with every
 * other vCPU stopped; what was there is put back.
 */
#include "cpu.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "memory.h"

extern const char reset_program[], reset_program_end[];

enum {
    RESET_PROGRAM_MAX = 512
};

static char displaced[RESET_PROGRAM_MAX];
static bool program_is_there;

static size_t program_size(void)
{
    return (size_t)(reset_program_end - reset_program);
}

static bool can_run_program(void)
{
    bool reachable = vmm_config.gic_version == 3 || vmm_config.gicc_ipa != 0;
    return reachable && vmm_config.ram_vaddr != 0 && program_size() <= sizeof(displaced) &&
           program_size() <= vmm_config.ram_size;
}

static void replace_ram_start(const char *with)
{
    void *start = (void *)vmm_config.ram_vaddr;
    memcpy(start, with, program_size());
    cpu_clean(start, program_size());
}

static void place_program(void)
{
    memcpy(displaced, (void *)vmm_config.ram_vaddr, program_size());
    replace_ram_start(reset_program);
    program_is_there = true;
}

void guest_remove_reset_program(void)
{
    if (program_is_there)
        replace_ram_start(displaced);
    program_is_there = false;
}

void guest_launch(void)
{
    for (size_t i = 0; i < vmm_config.vcpus && can_run_program(); i++) {
        if (!guest.vcpu[i].is_used)
            continue;
        place_program();
        vcpu_start(i, vmm_config.ram_ipa, vmm_config.gic_version == 3 ? 0 : vmm_config.gicc_ipa);
        guest.vcpu[i].state = VCPU_CLEANING;
        return;
    }
    vcpu_start(guest.boot_vcpu, guest.boot.kernel_pc, guest.boot.dtb);
}

void guest_reset_done(size_t vcpu_id)
{
    guest_remove_reset_program();
    vcpu_off(vcpu_id);
    guest.vcpu[vcpu_id].is_used = false;
    guest_launch();
}
