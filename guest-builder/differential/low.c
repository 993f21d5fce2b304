/* SPDX-License-Identifier: BSD-2-Clause */
/* Acts that run at physical addresses: without the MMU, or with other tables of the upper half. */
#include "context.h"
#include "registers.h"
#include "tables.h"

/* Data that was written through the cache must be in memory for an act without the MMU, and what
 * such an act writes must not be hidden by it afterwards. */
static void clean_arena(void)
{
    for (uintptr_t at = (uintptr_t)arena; at < (uintptr_t)arena + sizeof(arena); at += 64) {
        __asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
    }
    __asm__ volatile("dsb sy" : : : "memory");
}

void enter_low(struct context *context)
{
    typedef void enter_fn(struct context *);
    struct area *area = (struct area *)((uintptr_t)context - AREA_CONTEXT);
    enter_fn *entry = (enter_fn *)physical((const void *)enter);

    clean_arena();
    write_register(vbar_el1, physical(area->vectors));
    isb();
    entry((struct context *)physical(context));
    write_register(vbar_el1, (uint64_t)area->vectors);
    isb();
    clean_arena();
}
