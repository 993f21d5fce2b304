/* SPDX-License-Identifier: BSD-2-Clause */
/* Priority, targets and configuration of each INTID (IHI 0048B, 4.3.11 to 4.3.13). */
#include "gic/gic.h"
#include "gic/gicd.h"

static uint32_t read_bytes(const uint8_t byte[4])
{
    return byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

static void write_bytes(uint8_t byte[4], uint32_t value, uint32_t lanes, uint8_t writable)
{
    for (size_t i = 0; i < 4; i++) {
        if (lanes >> i * 8 & 0xff)
            byte[i] = (uint8_t)(value >> i * 8) & writable;
    }
}

uint32_t read_ipriorityr(size_t cpu, uint32_t n)
{
    return read_bytes(gic_byte(&gic.priority, cpu, n * 4));
}

void write_ipriorityr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes)
{
    write_bytes(gic_byte(&gic.priority, cpu, n * 4), value, lanes, GIC_PRIORITY_MASK);
    gic_update(cpu, n * 4 / 32);
}

/* With one CPU there is nothing to choose: the registers read as zero (4.3.12). */
uint32_t read_itargetsr(size_t cpu, uint32_t n)
{
    return vmm_config.vcpus == 1 ? 0 : read_bytes(gic_byte(&gic.targets, cpu, n * 4));
}

/* SGIs and PPIs are the reading CPU's own: read-only. */
void write_itargetsr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes)
{
    if (vmm_config.vcpus == 1 || n * 4 < GIC_PRIVATE)
        return;
    uint8_t cpus = (uint8_t)((1u << vmm_config.vcpus) - 1);
    write_bytes(gic_byte(&gic.targets, cpu, n * 4), value, lanes, cpus);
    gic_update(cpu, n * 4 / 32);
}

/* Two bits for each INTID, of which the upper says edge-triggered and the lower is reserved. */
uint32_t read_icfgr(size_t cpu, uint32_t n)
{
    uint32_t edge = *gic_word(&gic.edge, cpu, n / 2) >> n % 2 * 16;
    uint32_t value = 0;
    for (uint32_t i = 0; i < 16; i++)
        value |= (edge >> i & 1) << (2 * i + 1);
    return value;
}

/* Fixed for SGIs (4.3.13) and, as on GIC-400, for PPIs. */
void write_icfgr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes)
{
    if (n * 16 < GIC_PRIVATE)
        return;
    for (uint32_t i = 0; i < 16; i++) {
        if (lanes >> (2 * i + 1) & 1)
            gic_assign(&gic.edge, cpu, n * 16 + i, value >> (2 * i + 1) & 1);
    }
}
