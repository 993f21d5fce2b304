/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots the system. */
#include "board.h"
#include "console.h"
#include "create.h"
#include "dispatch.h"
#include "gic.h"
#include "heap.h"
#include "space.h"
#include "switch.h"
#include "system.h"
#include "time.h"
#include "vcpu.h"

extern char vectors[];

_Noreturn void main(uint64_t level, uintptr_t loaded_at);
_Noreturn void resume(struct thread *thread);

/* Zeroes memory of the protection domains. */
static void clear_memory(void)
{
    for (uint32_t i = 0; i < system->clear_count; i++) {
        clear_pages(system_clear(i)->paddr, system_clear(i)->size);
    }
}

/* Copies files to the memory regions that start with one. A guest may read them with its caches
 * off. */
static void fill_memory(void)
{
    for (uint32_t i = 0; i < system->fill_count; i++) {
        const struct mk_fill *fill = system_fill(i);
        memcpy((void *)fill->paddr, (const void *)fill->from, fill->size);
        CACHE_RANGE("dc cvac", fill->paddr, fill->size);
    }
}

/* Programs were written as data, so instruction fetches may not see them if caches were on. */
static void clean_programs(void)
{
    for (uint32_t i = 0; i < system->map_count; i++) {
        const struct mk_map *map = system_map(i);
        if (map->flags & MK_MAP_EXECUTE && system_has_memory(map->paddr, map->size)) {
            CACHE_RANGE("dc cvau", map->paddr, map->size);
        }
    }
    __asm__ volatile("ic iallu; dsb sy; isb" : : : "memory");
}

_Noreturn void main(uint64_t level, uintptr_t loaded_at)
{
    if (level != 2) {
        panic("entered at EL%d; minikit needs EL2 (QEMU: -machine virt,virtualization=on)", level);
    }
    if (loaded_at != BOARD_LOAD_ADDRESS) {
        panic("loaded at %x; this image is for %x", loaded_at, (uint64_t)BOARD_LOAD_ADDRESS);
    }
    WRITE_SYSREG(vbar_el2, vectors);
    say("minikit|INFO: minikit on " BOARD_NAME ": it is not seL4 and makes no security claim");
    system_init();
    bool caches_were_on = READ_SYSREG(sctlr_el2) & 1;
    kernel_space_on(caches_were_on);

    heap_init(system->heap_base, system->heap_size);
    clear_memory();
    fill_memory();
    if (caches_were_on) {
        clean_programs();
    }

    gic_init();
    time_init();
    vcpu_init();
    switch_init();

    create_protection_domains();
    create_virtual_machines();
    create_connections();
    say("minikit|INFO: %d protection domains, %d vCPUs", (uint64_t)system->pd_count,
        (uint64_t)system->vcpu_count);
    create_start();
    resume(dispatch());
}
