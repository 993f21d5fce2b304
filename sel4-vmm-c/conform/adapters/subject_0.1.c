/* SPDX-License-Identifier: BSD-2-Clause */
/* The dialect of au-ts/libvmm 0.1.0: the calls of the API text. Guest RAM has the same address in
 * the VMM and in the guest. */
#include "steps.h"
#include "subject_calls.h"
#include "subject_memory.h"
#include "subject_text.h"
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <libvmm/virq.h>

static struct machine here;

bool subject_resets(void)
{
    return subject_memory_fits();
}

void subject_reset(const struct machine *machine)
{
    subject_memory_restore();
    here = *machine;
}

uint64_t subject_setup_images(const struct step_images *step, uintptr_t kernel, uintptr_t dtb,
                              uintptr_t initrd)
{
    return linux_setup_images(here.ram_vaddr, kernel, step->kernel_size, dtb,
                              here.ram_vaddr + step->dtb_offset, step->dtb_size, initrd,
                              here.ram_vaddr + step->initrd_offset, step->initrd_size);
}

bool subject_restart(size_t vcpu)
{
    target_expect_at(here.ram_ipa + IMAGES_RESTART_ENTRY);
    return guest_restart(vcpu, here.ram_vaddr, here.ram_size);
}
