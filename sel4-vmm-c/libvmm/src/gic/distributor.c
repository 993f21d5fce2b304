/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 distributor as a table of registers (IHI 0048B, 4.3). Identification is GIC-400's.
 *
 * Space that no bank covers, and registers of INTIDs that there are not, read as zero and ignore
 * writes. The architecture asks for word accesses everywhere and for byte accesses to a few banks
 * (4.1.4), and leaves other widths open: as on QEMU's GIC, they act on the bytes that they name.
 */
#include "gic/gic.h"
#include "gic/gicd.h"
#include "gic/page.h"

static uint32_t read_ctlr(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return gic.ctlr;
}

/* EnableGrp0 and EnableGrp1, as without the Security Extensions (4.3.1). */
static void write_ctlr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes)
{
    (void)cpu, (void)n;
    uint32_t before = gic.ctlr;
    gic.ctlr = ((before & ~lanes) | value) & 3;
    if ((gic.ctlr & ~before) == 0)
        return;
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        gic.cpu[i].waiting = (UINT32_C(1) << GIC_BLOCKS) - 1;
        gic_deliver(i);
    }
}

/* ITLinesNumber and CPUNumber; neither Security Extensions nor lockable SPIs (4.3.2). */
static uint32_t read_typer(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return (GIC_INTIDS / 32 - 1) | (uint32_t)(vmm_config.vcpus - 1) << 5;
}

/* ProductID 2 (GIC-400), revision 1, implementer Arm. */
static uint32_t read_iidr(size_t cpu, uint32_t n)
{
    (void)cpu, (void)n;
    return 0x0200143b;
}

/* GICD_PIDR4 to 7, 0 to 3, GICD_CIDR0 to 3: part 0x490, designer Arm (JEP106 4, 0x3b), GICv2. */
static uint32_t read_identification(size_t cpu, uint32_t n)
{
    static const uint8_t id[] = {0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
    (void)cpu;
    return id[n];
}

/* clang-format off */
const struct gicd_bank gicd_banks[] = {
    /* name              first            end    narrowest bits twin            read                 write */
    {"GICD_CTLR",       GICD_CTLR,       0x004,  1,  0,  0,               read_ctlr,           write_ctlr},
    {"GICD_TYPER",      GICD_TYPER,      0x008,  1,  0,  0,               read_typer,          NULL},
    {"GICD_IIDR",       GICD_IIDR,       0x00c,  1,  0,  0,               read_iidr,           NULL},
    {"GICD_IGROUPR",    GICD_IGROUPR,    0x100,  1,  1,  0,               read_igroupr,        write_igroupr},
    {"GICD_ISENABLER",  GICD_ISENABLER,  0x180,  1,  1,  GICD_ICENABLER,  read_enabled,        write_isenabler},
    {"GICD_ICENABLER",  GICD_ICENABLER,  0x200,  1,  1,  GICD_ISENABLER,  read_enabled,        write_icenabler},
    {"GICD_ISPENDR",    GICD_ISPENDR,    0x280,  1,  1,  GICD_ICPENDR,    read_pending,        write_ispendr},
    {"GICD_ICPENDR",    GICD_ICPENDR,    0x300,  1,  1,  GICD_ISPENDR,    read_pending,        write_icpendr},
    {"GICD_ISACTIVER",  GICD_ISACTIVER,  0x380,  1,  1,  GICD_ICACTIVER,  read_active,         write_isactiver},
    {"GICD_ICACTIVER",  GICD_ICACTIVER,  0x400,  1,  1,  GICD_ISACTIVER,  read_active,         write_icactiver},
    {"GICD_IPRIORITYR", GICD_IPRIORITYR, 0x800,  1,  8,  0,               read_ipriorityr,     write_ipriorityr},
    {"GICD_ITARGETSR",  GICD_ITARGETSR,  0xc00,  1,  8,  0,               read_itargetsr,      write_itargetsr},
    {"GICD_ICFGR",      GICD_ICFGR,      0xd00,  1,  2,  0,               read_icfgr,          write_icfgr},
    {"GICD_SGIR",       GICD_SGIR,       0xf04,  4,  0,  0,               NULL,                write_sgir},
    {"GICD_CPENDSGIR",  GICD_CPENDSGIR,  0xf20,  1,  8,  GICD_SPENDSGIR,  read_sgi_sources,    write_cpendsgir},
    {"GICD_SPENDSGIR",  GICD_SPENDSGIR,  0xf30,  1,  8,  GICD_CPENDSGIR,  read_sgi_sources,    write_spendsgir},
    {"GICD_PIDR, CIDR", GICD_PIDR4,      0x1000, 1,  0,  0,               read_identification, NULL},
};
/* clang-format on */

const size_t gicd_bank_count = sizeof(gicd_banks) / sizeof(gicd_banks[0]);

/* The first bank that ends inside or after each 128 bytes of the frame: from there it is a step or
 * two. */
static uint8_t first_bank[GICD_SIZE / 128];

void gicd_init(void)
{
    uint8_t bank = 0;
    for (uint32_t i = 0; i < GICD_SIZE / 128; i++) {
        while (gicd_banks[bank].end <= i * 128)
            bank++;
        first_bank[i] = bank;
    }
}

const struct gicd_bank *gicd_find(uint32_t offset)
{
    const struct gicd_bank *bank = &gicd_banks[first_bank[offset / 128]];
    while (bank->end <= offset)
        bank++;
    return bank->first <= offset ? bank : NULL;
}

/* Is there such a register? Those of a bank with n bits for each INTID end with the last INTID. */
static bool implemented(const struct gicd_bank *bank, uint32_t offset)
{
    return bank && (bank->bits == 0 || (offset - bank->first) * 8 / bank->bits < GIC_INTIDS);
}

uint32_t gicd_read(size_t cpu, uint32_t offset, uint32_t bytes)
{
    const struct gicd_bank *bank = gicd_find(offset);
    if (!implemented(bank, offset) || !bank->read)
        return 0;
    uint32_t word = bank->read(cpu, (offset - bank->first) / 4);
    return (word >> offset % 4 * 8) & (UINT32_MAX >> (32 - bytes * 8));
}

void gicd_write(size_t cpu, uint32_t offset, uint32_t bytes, uint32_t value)
{
    const struct gicd_bank *bank = gicd_find(offset);
    if (!implemented(bank, offset) || !bank->write || bytes < bank->narrowest)
        return;
    uint32_t lanes = UINT32_MAX >> (32 - bytes * 8) << offset % 4 * 8;
    uint32_t n = (offset - bank->first) / 4;
    bank->write(cpu, n, value << offset % 4 * 8 & lanes, lanes);
    if (vmm_config.gicd_page == 0 || !bank->read)
        return;
    uint32_t shown = bank->read(0, n);
    page_show(bank->first + 4 * n, shown);
    if (bank->twin != 0)
        page_show(bank->twin + 4 * n, shown);
}
