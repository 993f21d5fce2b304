/* SPDX-License-Identifier: BSD-2-Clause */
/* Priority, targets and configuration of each INTID (IHI 0048B, 4.3.11 to 4.3.13; IHI 0069, 12.9).
 */
#include "gic/gic.h"
#include "gic/registers.h"
#include "guest/vcpu.h"

static void write_bytes(uint8_t byte[4], uint64_t value, uint64_t lanes, uint8_t writable)
{
    for (size_t i = 0; i < 4; i++) {
        if (lanes >> i * 8 & 0xff)
            byte[i] = (uint8_t)(value >> i * 8) & writable;
    }
}

/* Register n of a bank of bytes has INTIDs 4n to 4n + 3. */
static uint8_t *priorities(size_t cpu, uint32_t n)
{
    return &gic_block(cpu, n / 8)->priority[n % 8 * 4];
}

static uint8_t *targets(size_t cpu, uint32_t n)
{
    return &gic_block(cpu, n / 8)->targets[n % 8 * 4];
}

uint64_t read_ipriorityr(size_t cpu, uint32_t n)
{
    return gic_load_bytes(priorities(cpu, n));
}

/* A priority makes nothing ready that was not: it counts when a list register is free. */
void write_ipriorityr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    write_bytes(priorities(cpu, n), value, lanes, GIC_PRIORITY_MASK);
}

/* With one CPU the registers read as zero (4.3.12). */
uint64_t read_itargetsr(size_t cpu, uint32_t n)
{
    return vmm_config.vcpus == 1 ? 0 : gic_load_bytes(targets(cpu, n));
}

/* For SGIs and PPIs they read as the accessing CPU, and are read-only. */
void write_itargetsr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    if (vmm_config.vcpus == 1 || n * 4 < GIC_PRIVATE)
        return;
    uint8_t cpus = (uint8_t)((1u << vmm_config.vcpus) - 1);
    write_bytes(targets(cpu, n), value, lanes, cpus);
    gic_update(cpu, n / 8);
}

/* One register for each INTID: affinity levels 0 to 2 and, in the upper half, level 3. */
enum {
    IROUTER_LOW = 0xffffff,
    IROUTER_AFF3_SHIFT = 32,
    ROUTE_AFF3_SHIFT = 24
};

uint64_t read_irouter(size_t cpu, uint32_t n)
{
    (void)cpu;
    uint32_t route = gic.route[n - GIC_PRIVATE];
    return (route & IROUTER_LOW) | (uint64_t)(route >> ROUTE_AFF3_SHIFT) << IROUTER_AFF3_SHIFT;
}

/* An affinity that no CPU has is kept: the SPI then has no target. Interrupt_Routing_Mode is
 * reserved (GICD_TYPER.No1N): an SPI goes to one CPU, not to any of several. */
void write_irouter(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    uint64_t router = (read_irouter(cpu, n) & ~lanes) | value;
    uint64_t route = (router & IROUTER_LOW) | (router >> IROUTER_AFF3_SHIFT & 0xff)
                                                  << ROUTE_AFF3_SHIFT;
    uint8_t *set = &gic_block_of(cpu, n)->targets[n % 32];
    gic.route[n - GIC_PRIVATE] = (uint32_t)route;
    *set = 0;
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        *set |= (uint8_t)((route == vcpu_affinity(i)) << i);
    gic_update(cpu, n / 32);
}

/* Two bits for each INTID: the upper is set for edge-triggered, the lower is reserved. */
uint64_t read_icfgr(size_t cpu, uint32_t n)
{
    uint32_t edge = gic_block(cpu, n / 2)->edge >> n % 2 * 16;
    uint32_t value = 0;
    for (uint32_t i = 0; i < 16; i++)
        value |= (edge >> i & 1) << (2 * i + 1);
    return value;
}

/* Fixed for SGIs (4.3.13). For PPIs fixed as on GIC-400, or writable as on GIC-500. */
void write_icfgr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    if (n * 16 < (vmm_config.gic_version == 2 ? GIC_PRIVATE : GIC_SGIS))
        return;
    uint32_t *edge = &gic_block(cpu, n / 2)->edge;
    for (uint32_t i = 0; i < 16; i++) {
        uint32_t bit = UINT32_C(1) << (n % 2 * 16 + i);
        if (lanes >> (2 * i + 1) & 1)
            *edge = value >> (2 * i + 1) & 1 ? *edge | bit : *edge & ~bit;
    }
}
