/* SPDX-License-Identifier: BSD-2-Clause */
#include "gicv.h"

enum {
    ENABLE_GROUP_0 = 1 << 0,
    ENABLE_GROUP_1 = 1 << 1,
    ACK_CTL = 1 << 2,
    CBPR = 1 << 4,
    EOI_MODE = 1 << 9,
    CTLR_BITS = 0x21f,

    PRIORITY_BITS = 5,
    PRIORITY_SHIFT = 8 - PRIORITY_BITS,
    PRIORITY_MASK = 0xff & ~((1 << PRIORITY_SHIFT) - 1),
    BPR_LEAST = PRIORITY_SHIFT - 1,
    ABPR_LEAST = PRIORITY_SHIFT,
    IDLE = 0x100,

    INTID_MASK = 0x3ff,
    SPURIOUS_GROUP_1 = 1022
};

void gicv_reset(struct gicv *gicv)
{
    *gicv = (struct gicv){.binary_point = BPR_LEAST, .aliased_point = ABPR_LEAST};
}

/* The part of a priority that decides preemption (IHI 0048B, 3.3.3). */
static uint32_t group_priority(const struct gicv *gicv, const struct list_register *list)
{
    uint32_t point = gicv->binary_point;
    if (list->group == 1 && !(gicv->control & CBPR))
        point = gicv->aliased_point - 1;
    return (uint32_t)list->priority << PRIORITY_SHIFT & ~((2u << point) - 1);
}

static uint32_t running_priority(const struct gicv *gicv)
{
    if (gicv->active_priorities == 0)
        return IDLE;
    return (uint32_t)__builtin_ctz(gicv->active_priorities) << PRIORITY_SHIFT;
}

/* Of those that are pending in an enabled group and pass the mask, the most urgent; NULL for none.
 */
static struct list_register *most_urgent(struct gicv *gicv)
{
    struct list_register *best = NULL;
    for (size_t i = 0; i < GICV_LIST_REGISTERS; i++) {
        struct list_register *list = &gicv->lists[i];
        uint32_t enable = list->group ? ENABLE_GROUP_1 : ENABLE_GROUP_0;
        if (!list->pending || !(gicv->control & enable) ||
            (uint32_t)list->priority << PRIORITY_SHIFT >= gicv->mask)
            continue;
        if (!best || list->priority < best->priority)
            best = list;
    }
    return best;
}

static uint32_t acknowledge(struct gicv *gicv, bool aliased)
{
    struct list_register *list = most_urgent(gicv);
    if (!list || group_priority(gicv, list) >= running_priority(gicv))
        return GICV_SPURIOUS;
    if (list->group == 1 && !aliased && !(gicv->control & ACK_CTL))
        return SPURIOUS_GROUP_1;
    if (list->group == 0 && aliased)
        return GICV_SPURIOUS;
    gicv->active_priorities |= 1u << (group_priority(gicv, list) >> PRIORITY_SHIFT);
    list->pending = false;
    list->active = true;
    return list->intid;
}

static void deactivate(struct gicv *gicv, uint32_t value)
{
    for (size_t i = 0; i < GICV_LIST_REGISTERS; i++) {
        struct list_register *list = &gicv->lists[i];
        if (list->active && list->intid == (value & INTID_MASK)) {
            list->active = false;
            return;
        }
    }
}

static void end(struct gicv *gicv, uint32_t value)
{
    if ((value & INTID_MASK) >= SPURIOUS_GROUP_1)
        return;
    gicv->active_priorities &= gicv->active_priorities - 1;
    if (!(gicv->control & EOI_MODE))
        deactivate(gicv, value);
}

uint32_t gicv_read(struct gicv *gicv, uint32_t offset)
{
    const struct list_register *list;
    switch (offset) {
    case GICV_CTLR: return gicv->control;
    case GICV_PMR: return gicv->mask;
    case GICV_BPR: return gicv->binary_point;
    case GICV_ABPR: return gicv->aliased_point;
    case GICV_IAR: return acknowledge(gicv, false);
    case GICV_AIAR: return acknowledge(gicv, true);
    case GICV_RPR: return running_priority(gicv) == IDLE ? 0xff : running_priority(gicv);
    case GICV_HPPIR:
    case GICV_AHPPIR: list = most_urgent(gicv); return list ? list->intid : GICV_SPURIOUS;
    case GICV_APR0: return gicv->active_priorities;
    case GICV_IIDR: return 0x0202043b;
    default: return 0;
    }
}

void gicv_write(struct gicv *gicv, uint32_t offset, uint32_t value)
{
    uint32_t point = value & 7;
    switch (offset) {
    case GICV_CTLR: gicv->control = value & CTLR_BITS; break;
    case GICV_PMR: gicv->mask = value & PRIORITY_MASK; break;
    case GICV_BPR: gicv->binary_point = point < BPR_LEAST ? BPR_LEAST : point; break;
    case GICV_ABPR: gicv->aliased_point = point < ABPR_LEAST ? ABPR_LEAST : point; break;
    case GICV_EOIR:
    case GICV_AEOIR: end(gicv, value); break;
    case GICV_DIR: deactivate(gicv, value); break;
    case GICV_APR0: gicv->active_priorities = value; break;
    }
}

int gicv_ended(const struct gicv *gicv)
{
    for (int i = 0; i < GICV_LIST_REGISTERS; i++) {
        const struct list_register *list = &gicv->lists[i];
        if (list->signals_end && !list->pending && !list->active)
            return i;
    }
    return -1;
}
