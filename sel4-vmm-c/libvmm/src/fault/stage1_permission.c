/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault/stage1_permission.h"
#include "pstate.h"
#include <libvmm/vmm.h>

enum {
    SCTLR_WXN = 1 << 19,

    TCR_HA_BIT = 39,
    TCR_HD_BIT = 40
};

/* Bits of a leaf descriptor. */
static const uint64_t ap_el0 = 1 << 6;
static const uint64_t ap_read_only = 1 << 7;
static const uint64_t access_flag = 1 << 10;
static const uint64_t dirty_modifier = UINT64_C(1) << 51;
static const uint64_t pxn = UINT64_C(1) << 53;
static const uint64_t uxn = UINT64_C(1) << 54;

/* Bits of a table descriptor. They apply to everything below it. */
static const uint64_t table_pxn = UINT64_C(1) << 59;
static const uint64_t table_uxn = UINT64_C(1) << 60;
static const uint64_t table_no_el0 = UINT64_C(1) << 61;
static const uint64_t table_read_only = UINT64_C(1) << 62;

bool stage1_is_el0(const struct stage1 *stage1)
{
    return (stage1->pstate & PSTATE_M_AARCH32) || (stage1->pstate & PSTATE_M_MASK) == 0;
}

uint64_t stage1_below(uint64_t leaf, uint64_t tables)
{
    if (tables & table_no_el0)
        leaf &= ~ap_el0;
    if (tables & table_read_only)
        leaf = (leaf | ap_read_only) & ~dirty_modifier;
    return leaf | (tables & table_uxn ? uxn : 0) | (tables & table_pxn ? pxn : 0);
}

static bool may_execute(const struct stage1 *stage1, uint64_t leaf)
{
    bool el0_writes = (leaf & (ap_el0 | ap_read_only)) == ap_el0;
    if (stage1_is_el0(stage1))
        return !(leaf & uxn) && !(el0_writes && stage1->sctlr & SCTLR_WXN);
    bool writable = !(leaf & ap_read_only);
    return !(leaf & pxn) && !el0_writes && !(writable && stage1->sctlr & SCTLR_WXN);
}

static bool may_access(const struct stage1 *stage1, uint64_t leaf, bool write, bool as_el0)
{
    if (write && leaf & ap_read_only)
        return false;
    if (stage1_is_el0(stage1) || (as_el0 && !(stage1->pstate & PSTATE_UAO)))
        return leaf & ap_el0;
    return !(stage1->pstate & PSTATE_PAN && leaf & ap_el0);
}

uint64_t stage1_marked(const struct stage1 *stage1, uint64_t leaf, bool write)
{
    bool marks = vmm_config.cpu_armv8 >= 1 && stage1->tcr >> TCR_HA_BIT & 1;
    if (marks)
        leaf |= access_flag;
    if (marks && write && stage1->tcr >> TCR_HD_BIT & 1 && leaf & dirty_modifier)
        leaf &= ~ap_read_only;
    return leaf;
}

bool stage1_is_accessed(uint64_t leaf)
{
    return leaf & access_flag;
}

bool stage1_is_read_only(uint64_t tables)
{
    return tables & table_read_only;
}

bool stage1_permits(const struct stage1 *stage1, uint64_t leaf, enum stage1_access access,
                    bool as_el0)
{
    return access == STAGE1_EXECUTE ? may_execute(stage1, leaf)
                                    : may_access(stage1, leaf, access == STAGE1_WRITE, as_el0);
}
