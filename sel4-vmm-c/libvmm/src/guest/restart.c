/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that starts over: its RAM is cleared, then the program places the images anew. A guest
 * can ask for that without end (PSCI SYSTEM_RESET), and a VMM has a higher priority than most. Done
 * in one go, clearing would keep all below it from running for as long as the guest likes.
 *
 * So RAM is cleared in pieces, one for each time that the guest has had its turn: the vCPU that
 * runs the reset program stays at the SMC at its end (reset.c), and each exit clears one. Between
 * two of them whoever is more urgent than the guest runs, and so does who shares its priority. No
 * other way is simpler: a protection domain gives its priority back only by waiting for an event,
 * and has no notification or timer of its own to be woken by.
 *
 * The images are placed in one go: that is the program's function, and copies no more than they are
 * large. Where no vCPU can run the program, RAM is cleared at once.
 */
#include "cpu.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "memory.h"

enum {
    PIECE = 64 << 10
};

/* From the end of RAM on: where the program lies comes last, and is left to who removes it. */
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
    guest.vcpu[boot_vcpu_id].is_used = true; /* somebody must be there for the pieces */
    guest_launch();
    return true;
}
