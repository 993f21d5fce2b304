/* SPDX-License-Identifier: BSD-2-Clause */
/* ICC_* system registers (IHI 0069, 12.2). */
#include "interface.h"

#define ICC(crm, op2) (0xd5180000u | 12u << 12 | (crm) << 8 | (op2) << 5)
#define MSR_X2(icc)   ((icc) | 2)
#define MRS_X2(icc)   ((icc) | 1u << 21 | 2)

#define ICC_IAR0  ICC(8u, 0u)
#define ICC_EOIR0 ICC(8u, 1u)
#define ICC_DIR   ICC(11u, 1u)
#define ICC_IAR1  ICC(12u, 0u)
#define ICC_EOIR1 ICC(12u, 1u)
#define ICC_CTLR  ICC(12u, 4u)

enum {
    CTLR_EOI_MODE = 1 << 1
};

const uint64_t interface_base = 0;

static uint32_t read(size_t id, uint32_t icc, enum vcpu_outcome *outcome)
{
    return (uint32_t)vcpu_operate(id, MRS_X2(icc), 0, 0, outcome);
}

static void write(size_t id, uint32_t icc, uint32_t value, enum vcpu_outcome *outcome)
{
    vcpu_operate(id, MSR_X2(icc), 0, value, outcome);
}

uint32_t interface_take(size_t id, enum vcpu_outcome *outcome)
{
    uint32_t value = read(id, ICC_IAR1, outcome);
    if (*outcome != VCPU_NEXT)
        return value;
    return value < INTERFACE_FIRST_SPECIAL ? value | INTERFACE_GROUP_1
                                           : read(id, ICC_IAR0, outcome);
}

bool interface_end(size_t id, uint32_t taken, enum vcpu_outcome *outcome)
{
    uint32_t control = read(id, ICC_CTLR, outcome);
    uint32_t icc = taken & INTERFACE_GROUP_1 ? ICC_EOIR1 : ICC_EOIR0;
    write(id, icc, taken & ~(uint32_t)INTERFACE_GROUP_1, outcome);
    return control & CTLR_EOI_MODE;
}

void interface_deactivate(size_t id, uint32_t taken, enum vcpu_outcome *outcome)
{
    write(id, ICC_DIR, taken & ~(uint32_t)INTERFACE_GROUP_1, outcome);
}
