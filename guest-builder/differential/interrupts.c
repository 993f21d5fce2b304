/* SPDX-License-Identifier: BSD-2-Clause */
#include "interrupts.h"
#include "machine.h"
#include "registers.h"

#define GICD_CTLR       0x000
#define GICD_TYPER      0x004
#define GICD_IGROUPR    0x080
#define GICD_ICENABLER  0x180
#define GICD_ITARGETSR  0x800
#define GICD_IROUTER    0x6000
#define GICC_CTLR       0x000
#define GICC_PMR        0x004
#define GICC_IAR        0x00c
#define GICC_EOIR       0x010
#define GICR_WAKER      0x014
#define GICR_SGI        0x10000
#define GICR_IGROUPR0   (GICR_SGI + 0x080)
#define GICR_ICENABLER0 (GICR_SGI + 0x180)
#define GICR_STRIDE     0x20000

#define CTLR_V3      0x13u /* ARE and both groups of the guest */
#define WAKER_SLEEP  2u
#define WAKER_ASLEEP 4u
#define ALL          0xffu
#define FIRST_SPI    32u
#define FIRST_CPUS   0x01010101u /* the targets of four INTIDs */

static uintptr_t gicd(uint32_t offset)
{
    return HIGH_HALF + machine.gicd.base + offset;
}

static uintptr_t gicc(uint32_t offset)
{
    return HIGH_HALF + machine.gicc.base + offset;
}

static void start_v3(uint32_t banks)
{
    for (uint32_t n = 1; n < banks; n++) {
        write32(gicd(GICD_IGROUPR + 4 * n), UINT32_MAX);
    }
    for (uint32_t intid = FIRST_SPI; machine.cpus > 1 && intid < 32 * banks; intid++) {
        write32(gicd(GICD_IROUTER + 8 * intid), (uint32_t)machine.affinity[0]);
        write32(gicd(GICD_IROUTER + 8 * intid + 4), 0);
    }
    for (unsigned cpu = 0; cpu < machine.cpus; cpu++) {
        uintptr_t frame = gicc(cpu * GICR_STRIDE);

        write32(frame + GICR_WAKER, read32(frame + GICR_WAKER) & ~WAKER_SLEEP);
        for (unsigned i = 0; i < 1000 && (read32(frame + GICR_WAKER) & WAKER_ASLEEP) != 0; i++) {
        }
        write32(frame + GICR_ICENABLER0, UINT32_MAX);
        write32(frame + GICR_IGROUPR0, UINT32_MAX);
    }
    write32(gicd(GICD_CTLR), CTLR_V3);
}

void interrupts_start_cpu(unsigned cpu)
{
    if (machine.gic_version == 3) {
        write_register(s3_0_c12_c12_5, 7); /* ICC_SRE_EL1 */
        isb();
        write_register(s3_0_c4_c6_0, ALL); /* ICC_PMR_EL1 */
        write_register(s3_0_c12_c12_7, 1); /* ICC_IGRPEN1_EL1 */
        isb();
        return;
    }
    if (cpu > 0) {
        write32(gicd(GICD_ICENABLER), UINT32_MAX);
    }
    write32(gicc(GICC_PMR), ALL);
    write32(gicc(GICC_CTLR), 1);
}

void interrupts_start(void)
{
    uint32_t banks;

    if (machine.gic_version == 0) {
        return;
    }
    banks = (read32(gicd(GICD_TYPER)) & 0x1f) + 1;
    for (uint32_t n = 0; n < banks; n++) {
        write32(gicd(GICD_ICENABLER + 4 * n), UINT32_MAX);
    }
    if (machine.gic_version == 3) {
        start_v3(banks);
    } else {
        for (uint32_t intid = FIRST_SPI; machine.cpus > 1 && intid < 32 * banks; intid += 4) {
            write32(gicd(GICD_ITARGETSR + intid), FIRST_CPUS);
        }
        write32(gicd(GICD_CTLR), 1);
    }
    interrupts_start_cpu(0);
}

uint32_t interrupt_take(void)
{
    if (machine.gic_version == 2) {
        return read32(gicc(GICC_IAR));
    }
    return (uint32_t)read_register(s3_0_c12_c12_0); /* ICC_IAR1_EL1 */
}

void interrupt_end(uint32_t acknowledged)
{
    if (machine.gic_version == 2) {
        write32(gicc(GICC_EOIR), acknowledged);
    } else {
        write_register(s3_0_c12_c12_1, acknowledged); /* ICC_EOIR1_EL1 */
        isb();
    }
}
