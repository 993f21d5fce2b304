/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of a GICv3, for main.c:
 *
 *   banks FRAME                 registers of frame 0: distributor of a GICv2, 1: of a GICv3,
 *                               2: RD_base, 3: SGI_base
 *   start3 VCPUS GICD GICR      a new GICv3 with its frames at these addresses
 *   config VCPUS LISTS VTIMER INTIDS VERSION PAGE GICD GICR  virq_controller_init with these
 *   read3 CPU IPA BYTES
 *   write3 CPU IPA BYTES VALUE  prints the list registers that this loads
 *   sweep3 CPU IPA SIZE         writes and reads all addresses with every width; prints how often
 *   sgi3 CPU GROUP VALUE        a write of ICC_SGI1R_EL1 and the like; prints as write3
 *   trap ESR                    vCPU 0 executes a trapped instruction: prints answer, changes
 */
#include "commands.h"
#include "fake.h"
#include "fault/decode.h"
#include "fault/fault.h"
#include "fault/mmio.h"
#include "kernel.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void gicv3_banks(const uint64_t *n)
{
    static const struct gic_frame *const frames[] = {&gicd_frame, &gicv3_distributor,
                                                     &gicv3_rd_base, &gicv3_sgi_base};
    const struct gic_frame *frame = frames[n[0] % 4];
    for (size_t i = 0; i < frame->count; i++) {
        const struct gic_bank *bank = &frame->banks[i];
        printf("%s%x-%x %s%s bits=%d", i ? ";" : "", bank->first, bank->end, bank->read ? "R" : "",
               bank->write ? "W" : "", bank->bits);
    }
    puts("");
}

void gicv3_start(const uint64_t *n)
{
    vmm_reset();
    vmm_config.vcpus = n[0];
    vmm_config.gic_version = 3;
    vmm_config.gicd_page = 0;
    vmm_config.gicd_ipa = n[1];
    vmm_config.gicr_ipa = n[2];
    puts(virq_controller_init(0) ? "true" : "false");
    vcpus_all_on();
}

void gicv3_config(const uint64_t *n)
{
    vmm_reset();
    vmm_config.vcpus = n[0];
    vmm_config.list_registers = n[1];
    vmm_config.vtimer_intid = (uint32_t)n[2];
    vmm_config.gic_intids = (uint32_t)n[3];
    vmm_config.gic_version = (unsigned)n[4];
    vmm_config.gicd_page = n[5] ? (uintptr_t)fake_ram : 0;
    vmm_config.gicd_ipa = n[6];
    vmm_config.gicr_ipa = n[7];
    puts(virq_controller_init(0) ? "true" : "false");
    if (n[0] <= VMM_MAX_VCPUS)
        vcpus_all_on();
}

static uint64_t read_frame(size_t cpu, uint64_t ipa, size_t bytes)
{
    return mmio_is_gic(ipa, bytes) ? mmio_gic_read(cpu, ipa, bytes) : UINT64_MAX;
}

static void write_frame(size_t cpu, uint64_t ipa, size_t bytes, uint64_t value)
{
    if (mmio_is_gic(ipa, bytes))
        mmio_gic_write(cpu, ipa, bytes, value);
}

void gicv3_read_frame(const uint64_t *n)
{
    printf("%" PRIx64 "\n", read_frame(n[0], n[1], n[2]));
}

void gicv3_write_frame(const uint64_t *n)
{
    write_frame(n[0], n[1], n[2], n[3]);
    print_loads();
}

void gicv3_sweep(const uint64_t *n)
{
    uint64_t wild = 1;
    size_t count = 0;
    for (size_t bytes = 1; bytes <= 8; bytes *= 2) {
        for (uint64_t ipa = n[1]; ipa < n[1] + n[2]; ipa++) {
            wild = wild * 6364136223846793005 + 1442695040888963407;
            write_frame(n[0], ipa, bytes, wild);
            read_frame(n[0], ipa, bytes);
            fake_loads[0] = 0;
            count++;
        }
    }
    printf("%zx\n", count);
}

void gicv3_sgi(const uint64_t *n)
{
    gicv3_send_sgi(n[0], n[2], (unsigned)n[1]);
    print_loads();
}

void gicv3_trap(const uint64_t *n)
{
    fake_context.pc = vmm_config.ram_ipa;
    seL4_UserContext before = fake_context;
    seL4_SetMR(seL4_VCPUFault_HSR, n[0]);
    bool resume = fault_handle(0, seL4_MessageInfo_new(seL4_Fault_VCPUFault, 0, 0, 1));
    printf("%s%s", resume ? "resume" : "hold", fake_context.pc == before.pc + 4 ? " next" : "");
    const seL4_Word *old = (const seL4_Word *)&before, *new = (const seL4_Word *)&fake_context;
    for (int i = 0; i < REGISTER_31; i++) {
        if (old[context_gpr[i]] != new[context_gpr[i]])
            printf(" x%d=%" PRIx64, i, (uint64_t) new[context_gpr[i]]);
    }
    fake_ride();
    printf("%s\n", fake_loads);
    fake_loads[0] = 0;
}
