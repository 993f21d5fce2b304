/* SPDX-License-Identifier: BSD-2-Clause */
#include "gicv.h"

enum {
    CTLR_BITS = 0x21f,
    SPURIOUS_GROUP_1 = 1022
};

void gicv_reset(struct gicv *gicv, unsigned version)
{
    *gicv = (struct gicv){
        .version = version,
        .binary_point = GICV_BPR_LEAST,
        .aliased_point = GICV_ABPR_LEAST,
    };
}

/* 0 to 255. seL4 puts 0 to 31 into the 5-bit field of a GICv2, or unshifted into the 8-bit field of
 * a GICv3. */
uint32_t gicv_priority(const struct gicv *gicv, const struct list_register *list)
{
    return gicv->version == 2 ? (uint32_t)list->priority << GICV_PRIORITY_SHIFT
                              : list->priority & GICV_PRIORITY_MASK;
}

/* The group priority, which decides preemption (IHI 0048B, 3.3.3). */
uint32_t gicv_group_priority(const struct gicv *gicv, const struct list_register *list)
{
    uint32_t point = gicv->binary_point;
    if (list->group == 1 && !(gicv->control & GICV_CBPR))
        point = gicv->aliased_point - 1;
    return gicv_priority(gicv, list) & ~((2u << point) - 1);
}

uint32_t gicv_running_priority(const struct gicv *gicv)
{
    uint32_t active = gicv->active_priorities[0] | gicv->active_priorities[1];
    return active == 0 ? GICV_IDLE : (uint32_t)__builtin_ctz(active) << GICV_PRIORITY_SHIFT;
}

struct list_register *gicv_most_urgent(struct gicv *gicv)
{
    struct list_register *best = NULL;
    for (size_t i = 0; i < GICV_LIST_REGISTERS; i++) {
        struct list_register *list = &gicv->lists[i];
        uint32_t enable = list->group ? GICV_ENABLE_GROUP_1 : GICV_ENABLE_GROUP_0;
        if (!list->pending || !(gicv->control & enable) || gicv_priority(gicv, list) >= gicv->mask)
            continue;
        if (!best || gicv_priority(gicv, list) < gicv_priority(gicv, best))
            best = list;
    }
    return best;
}

void gicv_activate(struct gicv *gicv, struct list_register *list)
{
    size_t group = gicv->version == 3 ? list->group : 0;
    uint32_t priority = gicv_group_priority(gicv, list) >> GICV_PRIORITY_SHIFT;
    gicv->active_priorities[group] |= 1u << priority;
    list->pending = false;
    list->active = true;
}

bool gicv_drop_priority(struct gicv *gicv)
{
    uint32_t *active = gicv->active_priorities;
    uint32_t both = active[0] | active[1];
    uint32_t rest = both & (both - 1); /* without the most urgent */
    active[0] &= rest;
    active[1] &= rest;
    return both != 0;
}

void gicv_deactivate(struct gicv *gicv, uint32_t intid)
{
    for (size_t i = 0; i < GICV_LIST_REGISTERS; i++) {
        struct list_register *list = &gicv->lists[i];
        if (list->active && list->intid == intid) {
            list->active = false;
            return;
        }
    }
}

static uint32_t acknowledge(struct gicv *gicv, bool aliased)
{
    struct list_register *list = gicv_most_urgent(gicv);
    if (!list || gicv_group_priority(gicv, list) >= gicv_running_priority(gicv))
        return GICV_SPURIOUS;
    if (list->group == 1 && !aliased && !(gicv->control & GICV_ACK_CTL))
        return SPURIOUS_GROUP_1;
    if (list->group == 0 && aliased)
        return GICV_SPURIOUS;
    gicv_activate(gicv, list);
    return list->intid;
}

static void end(struct gicv *gicv, uint32_t value)
{
    if ((value & GICV_INTID_MASK) >= SPURIOUS_GROUP_1)
        return;
    gicv_drop_priority(gicv);
    if (!(gicv->control & GICV_EOI_MODE))
        gicv_deactivate(gicv, value & GICV_INTID_MASK);
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
    case GICV_RPR:
        return gicv_running_priority(gicv) == GICV_IDLE ? 0xff : gicv_running_priority(gicv);
    case GICV_HPPIR:
    case GICV_AHPPIR: list = gicv_most_urgent(gicv); return list ? list->intid : GICV_SPURIOUS;
    case GICV_APR0: return gicv->active_priorities[0];
    case GICV_IIDR: return 0x0202043b;
    default: return 0;
    }
}

void gicv_write(struct gicv *gicv, uint32_t offset, uint32_t value)
{
    uint32_t point = value & 7;
    switch (offset) {
    case GICV_CTLR: gicv->control = value & CTLR_BITS; break;
    case GICV_PMR: gicv->mask = value & GICV_PRIORITY_MASK; break;
    case GICV_BPR: gicv->binary_point = point < GICV_BPR_LEAST ? GICV_BPR_LEAST : point; break;
    case GICV_ABPR: gicv->aliased_point = point < GICV_ABPR_LEAST ? GICV_ABPR_LEAST : point; break;
    case GICV_EOIR:
    case GICV_AEOIR: end(gicv, value); break;
    case GICV_DIR: gicv_deactivate(gicv, value & GICV_INTID_MASK); break;
    case GICV_APR0: gicv->active_priorities[0] = value; break;
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
