/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtual CPU interface of a GICv3: system registers (IHI 0069, ICV_*). */
#include "icv.h"
#include "gicv.h"

enum {
    CTLR_CBPR = 1 << 0,
    CTLR_EOI_MODE = 1 << 1,
    CTLR_PRIORITY_BITS = (GICV_PRIORITY_BITS - 1) << 8,
    CTLR_A3V = 1 << 15,
    SRE_ALL = 7
};

bool icv_has(uint32_t encoding)
{
    switch (encoding) {
    case ICC_PMR:
    case ICC_IAR0:
    case ICC_EOIR0:
    case ICC_HPPIR0:
    case ICC_BPR0:
    case ICC_AP0R0:
    case ICC_AP1R0:
    case ICC_DIR:
    case ICC_RPR:
    case ICC_IAR1:
    case ICC_EOIR1:
    case ICC_HPPIR1:
    case ICC_BPR1:
    case ICC_CTLR:
    case ICC_SRE:
    case ICC_IGRPEN0:
    case ICC_IGRPEN1: return true;
    default: return false;
    }
}

static uint32_t acknowledge(struct gicv *gicv, unsigned group)
{
    struct list_register *list = gicv_most_urgent(gicv);
    if (!list || list->group != group ||
        gicv_group_priority(gicv, list) >= gicv_running_priority(gicv))
        return GICV_SPURIOUS;
    gicv_activate(gicv, list);
    return list->intid;
}

static uint32_t highest_pending(struct gicv *gicv, unsigned group)
{
    const struct list_register *list = gicv_most_urgent(gicv);
    return list && list->group == group ? list->intid : GICV_SPURIOUS;
}

/* With active priorities in both groups, the register names the group whose priority is dropped. */
static void end(struct gicv *gicv, unsigned group, uint32_t intid)
{
    uint32_t running = gicv_running_priority(gicv) >> GICV_PRIORITY_SHIFT;
    if (intid >= GICV_SPURIOUS || gicv_running_priority(gicv) == GICV_IDLE ||
        !(gicv->active_priorities[group] >> running & 1))
        return;
    gicv_drop_priority(gicv);
    if (!(gicv->control & GICV_EOI_MODE))
        gicv_deactivate(gicv, intid);
}

static uint32_t read_point1(const struct gicv *gicv)
{
    if (!(gicv->control & GICV_CBPR))
        return gicv->aliased_point;
    return gicv->binary_point < 7 ? gicv->binary_point + 1 : 7;
}

static uint32_t read_control(const struct gicv *gicv)
{
    return CTLR_A3V | CTLR_PRIORITY_BITS | (gicv->control & GICV_CBPR ? CTLR_CBPR : 0) |
           (gicv->control & GICV_EOI_MODE ? CTLR_EOI_MODE : 0);
}

uint64_t icv_read(struct gicv *gicv, uint32_t encoding)
{
    uint32_t running = gicv_running_priority(gicv);
    switch (encoding) {
    case ICC_PMR: return gicv->mask;
    case ICC_IAR0: return acknowledge(gicv, 0);
    case ICC_IAR1: return acknowledge(gicv, 1);
    case ICC_HPPIR0: return highest_pending(gicv, 0);
    case ICC_HPPIR1: return highest_pending(gicv, 1);
    case ICC_BPR0: return gicv->binary_point;
    case ICC_BPR1: return read_point1(gicv);
    case ICC_AP0R0: return gicv->active_priorities[0];
    case ICC_AP1R0: return gicv->active_priorities[1];
    case ICC_RPR: return running == GICV_IDLE ? 0xff : running;
    case ICC_CTLR: return read_control(gicv);
    case ICC_SRE: return SRE_ALL;
    case ICC_IGRPEN0: return (gicv->control & GICV_ENABLE_GROUP_0) != 0;
    case ICC_IGRPEN1: return (gicv->control & GICV_ENABLE_GROUP_1) != 0;
    default: return 0;
    }
}

static void assign(struct gicv *gicv, uint32_t bit, bool on)
{
    gicv->control = on ? gicv->control | bit : gicv->control & ~bit;
}

void icv_write(struct gicv *gicv, uint32_t encoding, uint64_t value)
{
    uint32_t point = value & 7;
    switch (encoding) {
    case ICC_PMR: gicv->mask = value & GICV_PRIORITY_MASK; break;
    case ICC_BPR0: gicv->binary_point = point < GICV_BPR_LEAST ? GICV_BPR_LEAST : point; break;
    case ICC_BPR1:
        if (!(gicv->control & GICV_CBPR))
            gicv->aliased_point = point < GICV_ABPR_LEAST ? GICV_ABPR_LEAST : point;
        break;
    case ICC_EOIR0: end(gicv, 0, (uint32_t)value & 0xffffff); break;
    case ICC_EOIR1: end(gicv, 1, (uint32_t)value & 0xffffff); break;
    case ICC_DIR:
        if (gicv->control & GICV_EOI_MODE)
            gicv_deactivate(gicv, (uint32_t)value & 0xffffff);
        break;
    case ICC_AP0R0: gicv->active_priorities[0] = (uint32_t)value; break;
    case ICC_AP1R0: gicv->active_priorities[1] = (uint32_t)value; break;
    case ICC_CTLR:
        assign(gicv, GICV_CBPR, value & CTLR_CBPR);
        assign(gicv, GICV_EOI_MODE, value & CTLR_EOI_MODE);
        break;
    case ICC_IGRPEN0: assign(gicv, GICV_ENABLE_GROUP_0, value & 1); break;
    case ICC_IGRPEN1: assign(gicv, GICV_ENABLE_GROUP_1, value & 1); break;
    }
}
