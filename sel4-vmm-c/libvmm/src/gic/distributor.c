/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the GICv2 distributor as a table (IHI 0048B, 4.3), identified as GIC-400.
 *
 * Offsets that no bank covers, and registers of nonexistent INTIDs, read as zero and ignore
 * writes. The architecture requires word accesses everywhere and byte accesses to a few banks
 * (4.1.4). Other widths are open: as on QEMU's GIC, they act on the bytes that they name.
 */
#include "gic/gic.h"
#include "gic/gicd.h"
#include "gic/page.h"

static uint64_t read_ctlr(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return gic.ctlr;
}

/* EnableGrp0 and EnableGrp1, without the Security Extensions (4.3.1). */
static void write_ctlr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)cpu, (void)n;
    gic_forward_groups((gic.ctlr & ~(uint32_t)lanes) | (uint32_t)value);
}

/* ITLinesNumber and CPUNumber; no Security Extensions, no lockable SPIs (4.3.2). */
static uint64_t read_typer(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return (vmm_config.gic_intids / 32 - 1) | (uint32_t)(vmm_config.vcpus - 1) << 5;
}

/* ProductID 2 (GIC-400), revision 1, implementer Arm. */
static uint64_t read_iidr(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return 0x0200143b;
}

/* GICD_PIDR4 to 7, 0 to 3, GICD_CIDR0 to 3: part 0x490, designer Arm (JEP106 4, 0x3b), GICv2. */
static uint64_t read_identification(size_t cpu, uint32_t n)
{
    static const uint8_t id[] = {0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    (void)cpu;
    return id[n];
}

enum {
    WORD = ACCESS_WORD,
    ANY = ACCESS_WORD | ACCESS_HALFWORD | ACCESS_BYTE
};

/* clang-format off */
static const struct gic_bank banks[] = {
    /* first            end  width accesses bits from twin            read                 write */
    {GICD_CTLR,       0x004,  4,  ANY,     0,  0,  0,               read_ctlr,           write_ctlr},
    {GICD_TYPER,      0x008,  4,  ANY,     0,  0,  0,               read_typer,          NULL},
    {GICD_IIDR,       0x00c,  4,  ANY,     0,  0,  0,               read_iidr,           NULL},
    {GICD_IGROUPR,    0x100,  4,  ANY,     1,  0,  0,               read_igroupr,        write_igroupr},
    {GICD_ISENABLER,  0x180,  4,  ANY,     1,  0,  GICD_ICENABLER,  read_enabled,        write_isenabler},
    {GICD_ICENABLER,  0x200,  4,  ANY,     1,  0,  GICD_ISENABLER,  read_enabled,        write_icenabler},
    {GICD_ISPENDR,    0x280,  4,  ANY,     1,  0,  GICD_ICPENDR,    read_pending,        write_ispendr},
    {GICD_ICPENDR,    0x300,  4,  ANY,     1,  0,  GICD_ISPENDR,    read_pending,        write_icpendr},
    {GICD_ISACTIVER,  0x380,  4,  ANY,     1,  0,  GICD_ICACTIVER,  read_active,         write_isactiver},
    {GICD_ICACTIVER,  0x400,  4,  ANY,     1,  0,  GICD_ISACTIVER,  read_active,         write_icactiver},
    {GICD_IPRIORITYR, 0x800,  4,  ANY,     8,  0,  0,               read_ipriorityr,     write_ipriorityr},
    {GICD_ITARGETSR,  0xc00,  4,  ANY,     8,  0,  0,               read_itargetsr,      write_itargetsr},
    {GICD_ICFGR,      0xd00,  4,  ANY,     2,  0,  0,               read_icfgr,          write_icfgr},
    {GICD_SGIR,       0xf04,  4,  WORD,    0,  0,  0,               NULL,                write_sgir},
    {GICD_CPENDSGIR,  0xf20,  4,  ANY,     8,  0,  GICD_SPENDSGIR,  read_sgi_sources,    write_cpendsgir},
    {GICD_SPENDSGIR,  0xf30,  4,  ANY,     8,  0,  GICD_CPENDSGIR,  read_sgi_sources,    write_spendsgir},
    {GICD_PIDR4,      0x1000, 4,  ANY,     0,  0,  0,               read_identification, NULL},
};
/* clang-format on */

const struct gic_frame gicd_frame = {
    .banks = banks,
    .count = sizeof(banks) / sizeof(banks[0]),
    .id = FRAME_GICD,
};

uint32_t gicd_read(size_t cpu, uint32_t offset, uint32_t bytes)
{
    const struct gic_bank *bank = gic_frame_find(&gicd_frame, offset, bytes);
    return bank ? (uint32_t)gic_bank_read(bank, cpu, offset, bytes) : 0;
}

void gicd_write(size_t cpu, uint32_t offset, uint32_t bytes, uint32_t value)
{
    const struct gic_bank *bank = gic_frame_find(&gicd_frame, offset, bytes);
    if (!bank || !bank->write)
        return;
    gic_bank_write(bank, cpu, offset, bytes, value);
    if (vmm_config.gicd_page == 0 || !bank->read)
        return;
    uint32_t n = (offset - bank->first) / 4;
    uint32_t shown = (uint32_t)bank->read(0, n);
    page_show(bank->first + 4 * n, shown);
    if (bank->twin != 0)
        page_show(bank->twin + 4 * n, shown);
}
