/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers with one bit for each INTID: group, enable, pending, active (IHI 0048B, 4.3.4
 * to 4.3.10; IHI 0069, 12.9 and 12.11, where they are the same).
 */
#include "gic/gic.h"
#include "gic/registers.h"

enum {
    SGI_BITS = (1 << GIC_SGIS) - 1
};

/* The bits that a write can change: without those of SGIs, which are fixed in a GICv2. */
static uint32_t without_sgis(uint32_t n, uint64_t value)
{
    bool fixed = n == 0 && vmm_config.gic_version == 2;
    return (uint32_t)value & ~(fixed ? (uint32_t)SGI_BITS : 0);
}

uint64_t read_igroupr(size_t cpu, uint32_t n)
{
    return gic_block(cpu, n)->group;
}

void write_igroupr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    uint32_t *group = &gic_block(cpu, n)->group;
    *group = (*group & ~(uint32_t)lanes) | (uint32_t)value;
    gic_update(cpu, n);
}

uint64_t read_enabled(size_t cpu, uint32_t n)
{
    return gic_block(cpu, n)->enabled;
}

void write_isenabler(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    gic_block(cpu, n)->enabled |= value;
    if ((value & gic_block(cpu, n)->pending) != 0)
        gic_update(cpu, n);
}

void write_icenabler(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    gic_block(cpu, n)->enabled &= ~without_sgis(n, value);
}

uint64_t read_pending(size_t cpu, uint32_t n)
{
    if (n == 0)
        gic_look_at_timer(cpu);
    return gic_block(cpu, n)->pending | gic_block(cpu, n)->listed;
}

/* On a GICv2 an SGI's bit is read-only: it is set through GICD_SPENDSGIR (4.3.7). */
void write_ispendr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    gic_block(cpu, n)->pending |= without_sgis(n, value);
    if (n == 0 && value & gic_bit(vmm_config.vtimer_intid))
        gic.cpu[cpu].timer_line = false; /* it no longer depends on the line only */
    gic_update(cpu, n);
}

/*
 * The line of a level-sensitive interrupt keeps it pending (4.3.8). Here the source does: after the
 * interrupt is cleared, the source can raise it again, and does if it still asserts its line.
 */
void write_icpendr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    uint32_t *pending = &gic_block(cpu, n)->pending;
    uint32_t discarded = *pending & without_sgis(n, value);
    *pending &= ~discarded;
    for (; discarded != 0; discarded &= discarded - 1)
        gic_discarded(cpu, n * 32 + (uint32_t)__builtin_ctz(discarded));
}

uint64_t read_active(size_t cpu, uint32_t n)
{
    return gic_block(cpu, n)->active;
}

/* Only the hardware makes an interrupt in a list register active or inactive. */
void write_isactiver(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    gic_block(cpu, n)->active |= value & ~gic_block(cpu, n)->listed;
}

void write_icactiver(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes)
{
    (void)lanes;
    gic_block(cpu, n)->active &= ~value;
    gic_update(cpu, n);
}
