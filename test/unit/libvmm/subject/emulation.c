/* SPDX-License-Identifier: BSD-2-Clause */
/* An emulated device that records every access, and a guest that accesses it. */
#include "fake.h"
#include "kernel.h"
#include <inttypes.h>
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/guest.h>
#include <stdio.h>
#include <string.h>

enum {
    DEVICE_SIZE = 0x100,
    REGISTERS = 31
};

/* Side effects of its handler. */
enum device_mood {
    DEVICE_PLAIN,
    DEVICE_REFUSES,       /* answers false to every access */
    DEVICE_STOPS,         /* pauses the guest */
    DEVICE_STOPS_BRIEFLY, /* and resumes it */
    DEVICE_STARTS_OVER,
    DEVICE_TELLS /* also prints the syndrome that it is given */
};

/* The contents of the device: each byte is its offset. */
static const uint64_t device_words[] = {0x8786858483828180, 0x8f8e8d8c8b8a8988};
static char accesses[1024];

static bool device(size_t vcpu_id, size_t offset, size_t fsr, seL4_UserContext *regs, void *data)
{
    size_t used = strlen(accesses);
    char *to = accesses + used;
    size_t room = sizeof(accesses) - used;
    uint64_t mask = fault_get_data_mask(offset, fsr);
    enum device_mood mood = *(enum device_mood *)data;
    if (mood == DEVICE_TELLS)
        used += (size_t)snprintf(to, room, " fsr=%zx", fsr);
    to = accesses + used;
    room = sizeof(accesses) - used;
    if (mood == DEVICE_STOPS || mood == DEVICE_STOPS_BRIEFLY)
        guest_stop(vcpu_id);
    if (mood == DEVICE_STOPS_BRIEFLY)
        guest_resume(vcpu_id);
    if (mood == DEVICE_STARTS_OVER)
        guest_start(vcpu_id, vmm_config.ram_ipa + 0x1000, 0, 0);
    if (fault_is_write(fsr)) {
        snprintf(to, room, " w%zx&%" PRIx64 "=%" PRIx64, offset, mask, fault_get_data(regs, fsr));
        return mood != DEVICE_REFUSES;
    }
    snprintf(to, room, " r%zx&%" PRIx64, offset, mask);
    uint64_t word = device_words[offset / 8 % 2];
    fault_emulate_write(regs, offset, fsr, mask >> 32 ? word : word >> (offset & 4) * 8);
    return mood != DEVICE_REFUSES;
}

/* Registers the device. */
bool emulation_device(uint64_t base, uint64_t mood)
{
    static enum device_mood moods[FAULT_MAX_RANGES + 16];
    static size_t count;
    moods[count] = (enum device_mood)mood;
    return fault_register_vm_exception_handler(base, DEVICE_SIZE, device, &moods[count++]);
}

/* vCPU 0 executes insn, which is at code in RAM and is executed at pc, and faults. Prints the
 * answer, the accesses, and all changes. */
void emulation_fault(uint32_t insn, uint64_t ipa, uint32_t esr, uint64_t pc, uint64_t code)
{
    accesses[0] = 0;
    fake_cleaned = 0;
    fake_context.pc = pc;
    memcpy(fake_ram + (code - vmm_config.ram_ipa), &insn, sizeof(insn));
    seL4_UserContext before = fake_context;
    seL4_SetMR(seL4_VMFault_IP, fake_context.pc);
    seL4_SetMR(seL4_VMFault_Addr, ipa);
    seL4_SetMR(seL4_VMFault_PrefetchFault, esr >> 26 == 0x20);
    seL4_SetMR(seL4_VMFault_FSR, esr);
    bool resume = fault_handle(0, seL4_MessageInfo_new(seL4_Fault_VMFault, 0, 0, 4));
    printf("%s%s", resume ? "resume" : "hold", accesses);
    if (fake_context.pc == before.pc + 4)
        printf(" next");
    else if (fake_context.pc == before.pc)
        printf(fake_cleaned == (uintptr_t)fake_ram + (code - vmm_config.ram_ipa) ? " cleaned again"
                                                                                 : " again");
    else
        printf(" esr=%lx far=%lx", fake_vcpu_reg[0][seL4_VCPUReg_ESR],
               fake_vcpu_reg[0][seL4_VCPUReg_FAR]);
    const seL4_Word *old = (const seL4_Word *)&before, *new = (const seL4_Word *)&fake_context;
    for (int i = 0; i < REGISTERS; i++) {
        if (old[context_gpr[i]] != new[context_gpr[i]])
            printf(" x%d=%lx", i, new[context_gpr[i]]);
    }
    if (before.spsr != fake_context.spsr)
        printf(" pstate=%lx", fake_context.spsr);
    if (before.sp != fake_context.sp)
        printf(" sp=%lx", fake_context.sp);
    puts("");
}
