/* SPDX-License-Identifier: BSD-2-Clause */
/* Accesses to the frames of a GICv3, and registers that all frames have. */
#include "gic/gicv3.h"
#include "gic/gic.h"

/* A place in a register frame, and the CPU whose state it shows. */
struct place {
    const struct gic_frame *frame;
    size_t cpu;
    uint32_t offset;
};

/* Any CPU may access any redistributor, and sees the state of its owner. */
static struct place find(size_t cpu, uint64_t ipa)
{
    uint64_t offset = ipa - vmm_config.gicd_ipa;
    if (offset < GICV3_FRAME_SIZE)
        return (struct place){&gicv3_distributor, cpu, (uint32_t)offset};
    offset = ipa - vmm_config.gicr_ipa;
    bool sgi_base = offset & GICR_SGI_BASE;
    return (struct place){sgi_base ? &gicv3_sgi_base : &gicv3_rd_base, offset / GICR_STRIDE,
                          offset % GICV3_FRAME_SIZE};
}

uint64_t gicv3_read(size_t cpu, uint64_t ipa, uint32_t bytes)
{
    struct place at = find(cpu, ipa);
    const struct gic_bank *bank = gic_frame_find(at.frame, at.offset, bytes);
    return bank ? gic_bank_read(bank, at.cpu, at.offset, bytes) : 0;
}

void gicv3_write(size_t cpu, uint64_t ipa, uint32_t bytes, uint64_t value)
{
    struct place at = find(cpu, ipa);
    const struct gic_bank *bank = gic_frame_find(at.frame, at.offset, bytes);
    if (bank)
        gic_bank_write(bank, at.cpu, at.offset, bytes, value);
}

/* ProductID 0 (GIC-500), revision 0, implementer Arm. */
uint64_t gicv3_read_iidr(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return 0x43b;
}

/* PIDR4 to 7, 0 to 3, CIDR0 to 3: 64 KiB, designer Arm (JEP106 4, 0x3b), GICv3 (IHI 0069, 12.1).
 */
uint8_t gicv3_identification(uint32_t n, uint8_t part)
{
    static const uint8_t id[] = {0x44, 0, 0, 0, 0, 0xb4, 0x3b, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    return n == 4 ? part : id[n];
}
