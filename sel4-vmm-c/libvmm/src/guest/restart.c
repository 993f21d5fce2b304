/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restart of the guest: clears its RAM, then has the program copy the images again. A guest can
 * request restarts without end (PSCI SYSTEM_RESET), and a VMM has a high priority. If all RAM were
 * cleared at once, a guest could block all protection domains of lower priority.
 *
 * So RAM is cleared in pieces, one each time the guest has run: the vCPU with the reset program
 * stays at the SMC at its end (reset.c), and each of its exits clears a piece. In between, threads
 * that are more urgent than the guest, or share its priority, can run. There is no simpler way: a
 * protection domain yields only by waiting for an event, and it has no timer or notification of its
 * own to wake it.
 *
 * The images are copied at once, by the program's function, which copies only their size. Where no
 * vCPU can run the reset program, RAM is cleared at once.
 */
#include "cpu.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "memory.h"

enum {
    PIECE = 64 << 10
};

/* From the end of RAM down. The reset program at its start comes last and is not cleared here. */
bool guest_clear_piece(void)
{
    if (guest.to_clear == 0)
        return false;
    size_t end = guest.to_clear, program = guest_program_size();
    guest.to_clear -= end < PIECE ? end : PIECE;
    size_t start = guest.to_clear < program ? program : guest.to_clear;
    if (start < end) {
        char *piece = (char *)vmm_config.ram_vaddr + start;
        memset(piece, 0, end - start);
        cpu_clean(piece, end - start);
    }
    return true;
}

void guest_refill(void)
{
    while (guest_clear_piece()) {
    }
    guest.refilling = false;
    struct guest_boot boot = guest.boot;
    if (!guest.place_images(&boot, guest.images_data) ||
        !guest_start(guest.boot_vcpu, boot.kernel_pc, boot.dtb, boot.initrd))
        guest_ended(GUEST_IMAGES_REFUSED);
}

bool guest_restart(size_t boot_vcpu_id, uintptr_t guest_ram_vaddr, size_t guest_ram_size)
{
    if (boot_vcpu_id >= vmm_config.vcpus || !guest.place_images || vmm_config.ram_vaddr == 0 ||
        guest_ram_vaddr != vmm_config.ram_vaddr || guest_ram_size > vmm_config.ram_size)
        return false;
    guest_halt();
    if (guest.has_started)
        gic_reset();
    guest.running = true;
    guest.boot_vcpu = boot_vcpu_id;
    guest.refilling = true;
    guest.clear_size = guest.to_clear = guest_ram_size;
    guest.vcpu[boot_vcpu_id].is_used = true; /* a vCPU is needed to clear in pieces */
    guest_launch();
    return true;
}
