/* SPDX-License-Identifier: BSD-2-Clause */
/* Software-generated interrupts of a GICv2 (IHI 0048B, 4.3.15 to 4.3.17), pending for each sender
 * separately. */
#include "gic/gic.h"
#include "gic/page.h"
#include "gic/registers.h"

static void send(size_t from, size_t to, uint32_t sgi)
{
    uint8_t *sources = &gic.cpu[to].sgi_sources[sgi];
    *sources |= (uint8_t)(1u << from);
    gic_raise(to, sgi);
    if (*sources != 0)
        page_show_sgi(sgi);
}

void write_sgir(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)n, (void)lanes;
    uint32_t all = (1u << vmm_config.vcpus) - 1;
    uint32_t self = 1u << cpu;
    uint32_t targets = 0;
    switch (value >> 24 & 3) { /* TargetListFilter */
    case 0: targets = value >> 16 & all; break;
    case 1: targets = all & ~self; break;
    case 2: targets = self; break;
    case 3: break; /* reserved */
    }
    for (; targets != 0; targets &= targets - 1)
        send(cpu, (size_t)__builtin_ctz(targets), value & (GIC_SGIS - 1));
}

/* A word has four SGIs, each a byte with a bit for each sender. */
uint64_t read_sgi_sources(size_t cpu, uint32_t n)
{
    return gic_load_bytes(&gic.cpu[cpu].sgi_sources[n * 4]);
}

void write_cpendsgir(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    for (uint32_t i = 0; i < 4; i++) {
        uint8_t *sources = &gic.cpu[cpu].sgi_sources[n * 4 + i];
        *sources &= (uint8_t) ~(value >> i * 8);
        if (*sources == 0)
            gic.cpu[cpu].private.pending &= ~gic_bit(n * 4 + i);
    }
    page_show_pending(0);
}

/* Makes all pending before it delivers, so that the highest priority goes first. */
void write_spendsgir(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    for (uint32_t i = 0; i < 4; i++) {
        uint8_t senders = (uint8_t)(value >> i * 8 & ((1u << vmm_config.vcpus) - 1));
        gic.cpu[cpu].sgi_sources[n * 4 + i] |= senders;
        if (senders != 0)
            gic.cpu[cpu].private.pending |= gic_bit(n * 4 + i);
    }
    gic_update(cpu, 0);
    page_show_pending(0);
}
