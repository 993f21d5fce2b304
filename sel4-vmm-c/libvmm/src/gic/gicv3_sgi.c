/* SPDX-License-Identifier: BSD-2-Clause */
/* SGIs of a GICv3: ICC_SGI0R_EL1, ICC_SGI1R_EL1, ICC_ASGI1R_EL1 (IHI 0069, 12.2). */
#include "gic/gic.h"
#include "gic/gicv3.h"
#include "guest/vcpu.h"

enum {
    SGIR_AFF1_SHIFT = 16,
    SGIR_INTID_SHIFT = 24,
    SGIR_AFF2_SHIFT = 32,
    SGIR_IRM_SHIFT = 40,
    SGIR_AFF3_SHIFT = 48,

    LISTED = 16 /* values of affinity level 0 that TargetList covers */
};

/* The CPU of TargetList bit 0. RS is ignored: GICD_TYPER.RSS and ICC_CTLR_EL1.RSS are 0. */
static uint64_t first_target(uint64_t value)
{
    return (value >> SGIR_AFF3_SHIFT & 0xff) << 24 | (value >> SGIR_AFF2_SHIFT & 0xff) << 16 |
           (value >> SGIR_AFF1_SHIFT & 0xff) << 8;
}

/* Whether this CPU is a target. Bits of TargetList without a CPU are ignored. */
static bool is_target(size_t cpu, size_t from, uint64_t value)
{
    if (value >> SGIR_IRM_SHIFT & 1) /* all except the sender */
        return cpu != from;
    uint64_t nth = vcpu_affinity(cpu) - first_target(value);
    return nth < LISTED && value >> nth & 1;
}

void gicv3_send_sgi(size_t from, uint64_t value, unsigned group)
{
    uint32_t intid = value >> SGIR_INTID_SHIFT & (GIC_SGIS - 1);
    for (size_t cpu = 0; cpu < vmm_config.vcpus; cpu++) {
        if (is_target(cpu, from, value) && (gic.cpu[cpu].private.group >> intid & 1) == group)
            gic_raise(cpu, intid);
    }
}
