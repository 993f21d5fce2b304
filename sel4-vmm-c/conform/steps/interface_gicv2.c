/* SPDX-License-Identifier: BSD-2-Clause */
/* GICC (IHI 0048B, 4.4). */
#include "interface.h"
#include <agent_config.h>

enum {
    GICC_CTLR = 0x00,
    GICC_IAR = 0x0c,
    GICC_EOIR = 0x10,
    GICC_DIR = 0x1000,
    CTLR_EOI_MODE = 1 << 9
};

static const uint32_t ldr_w2_x1 = 0xb9400022, str_w2_x1 = 0xb9000022;

const uint64_t interface_base = AGENT_GICC_BASE;

static uint32_t load(size_t id, uint64_t offset, enum vcpu_outcome *outcome)
{
    return (uint32_t)vcpu_operate(id, ldr_w2_x1, AGENT_GICC_BASE + offset, 0, outcome);
}

static void store(size_t id, uint64_t offset, uint32_t value, enum vcpu_outcome *outcome)
{
    vcpu_operate(id, str_w2_x1, AGENT_GICC_BASE + offset, value, outcome);
}

uint32_t interface_take(size_t id, enum vcpu_outcome *outcome)
{
    return load(id, GICC_IAR, outcome);
}

bool interface_end(size_t id, uint32_t taken, enum vcpu_outcome *outcome)
{
    uint32_t control = load(id, GICC_CTLR, outcome);
    store(id, GICC_EOIR, taken, outcome);
    return control & CTLR_EOI_MODE;
}

void interface_deactivate(size_t id, uint32_t taken, enum vcpu_outcome *outcome)
{
    store(id, GICC_DIR, taken, outcome);
}
