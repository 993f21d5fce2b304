/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resets CPU interfaces, for a restart of the guest and for a vCPU that goes off. On seL4 only the
 * guest can access them, and seL4 refuses to load a list register whose interrupt is active. So
 * each vCPU that has run or has been given an interrupt executes the reset program
 * (aarch64/reset_program.S), which ends active interrupts and takes pending ones. The program is
 * placed at the start of RAM while it runs. All other vCPUs are held meanwhile, and the displaced
 * memory is restored.
 *
 * Interrupts that the program finds pending in a vCPU that goes off become pending in the
 * distributor again (gic_withdrawn). Where the program cannot run, so do all interrupts in its list
 * registers, and the CPU interface is not reset.
 */
#include "cpu.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "memory.h"

extern const char reset_program[], reset_program_end[];

enum {
    RESET_PROGRAM_MAX = 512
};

static char displaced[RESET_PROGRAM_MAX];

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

size_t guest_program_size(void)
{
    return guest.cleaning ? program_size() : 0;
}

/* Memory that is restored while RAM is being cleared is cleared instead. */
static void place_program(void)
{
    size_t size = program_size();
    memcpy(displaced, (void *)vmm_config.ram_vaddr, size);
    if (guest.refilling)
        memset(displaced, 0, guest.clear_size < size ? guest.clear_size : size);
    replace_ram_start(reset_program);
    guest.cleaning = true;
}

void guest_remove_reset_program(void)
{
    if (guest.cleaning)
        replace_ram_start(displaced);
    guest.cleaning = false;
}

static void run_program(size_t vcpu_id)
{
    uint64_t interface = vmm_config.gic_version == 3 ? 0 : vmm_config.gicc_ipa;
    place_program();
    vcpu_start(vcpu_id, vmm_config.ram_ipa, interface, VCPU_CLEANING);
}

void guest_launch(void)
{
    for (size_t i = 0; i < vmm_config.vcpus && can_run_program(); i++) {
        if (!guest.vcpu[i].is_used)
            continue;
        run_program(i);
        return;
    }
    if (guest.refilling)
        guest_refill();
    else
        vcpu_start(guest.boot_vcpu, guest.boot.kernel_pc, guest.boot.dtb, VCPU_ON);
}

/* Only this vCPU runs, and executes the program at the start of RAM. */
static void hold_others(void)
{
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        if (vcpu_may_run(i))
            kernel_suspend(i);
    }
}

static void left(size_t vcpu_id)
{
    guest.leaving = false;
    gic_cpu_off(vcpu_id);
    vcpu_resume_all();
}

/*
 * With several cores the program does not run here: a held vCPU may have a fault that is not yet
 * received. It would be dropped, and with it an end of an interrupt that frees a list register.
 */
void guest_cpu_off(size_t vcpu_id)
{
    bool any_on = false;
    vcpu_off(vcpu_id);
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        any_on = any_on || vcpu_is_on(i);
    if (!any_on) {
        guest_ended(GUEST_ALL_CPUS_OFF);
    } else if (can_run_program() && KERNEL_CORES == 1) {
        guest.leaving = true;
        hold_others();
        run_program(vcpu_id);
    } else {
        left(vcpu_id);
    }
}

bool guest_reset_done(size_t vcpu_id)
{
    if (guest_clear_piece())
        return true;
    guest_remove_reset_program();
    vcpu_off(vcpu_id);
    guest.vcpu[vcpu_id].is_used = false;
    if (guest.leaving)
        left(vcpu_id);
    else
        guest_launch();
    return false;
}

bool guest_reset_takes(size_t vcpu_id)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_X4 + 1, word);
    return seL4_GetMR(CONTEXT_X4) != 0;
}
