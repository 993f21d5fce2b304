/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system table, which minikit's tool has made. It may have been damaged on the way to the
 * board, so all of it is checked once. From then on the kernel trusts it.
 */
#include "system.h"

#include <sel4/constants.h>

#include "board.h"
#include "console.h"
#include "heap.h"

enum {
    MAX_CHANNEL_ID = 61,
    MAX_CHILD_ID = 61,
    MAX_INTID = 1019,
};

/* The tool writes the table's address here, in the image. So it must not be in .bss. */
uint64_t minikit_system_table __attribute__((section(".data"))) = 0;

const struct mk_system *system;

extern char kernel_start[], kernel_end[];

static void check(bool good, const char *what, uint64_t index)
{
    if (!good) {
        panic("system table: %s %d is wrong", what, index);
    }
}

bool system_has_memory(uint64_t base, uint64_t size)
{
    static const struct {
        uint64_t base, size;
    } memory[] = BOARD_MEMORY;
    for (unsigned i = 0; i < sizeof(memory) / sizeof(*memory); i++) {
        if (base >= memory[i].base && base - memory[i].base < memory[i].size &&
            size <= memory[i].size - (base - memory[i].base)) {
            return true;
        }
    }
    return false;
}

static bool is_outside(uint64_t base, uint64_t size, uint64_t start, uint64_t end)
{
    return base + size <= start || base >= end;
}

/* Whether the range is RAM outside the kernel. */
static bool is_free(uint64_t base, uint64_t size)
{
    return system_has_memory(base, size) &&
           is_outside(base, size, (uintptr_t)kernel_start, (uintptr_t)kernel_end);
}

/* No map may contain memory of the kernel. */
static bool is_mappable(uint64_t base, uint64_t size)
{
    return is_outside(base, size, (uintptr_t)kernel_start, (uintptr_t)kernel_end) &&
           is_outside(base, size, system->heap_base, system->heap_base + system->heap_size);
}

static void check_array(uint32_t first, uint32_t count, uint64_t record, const char *what)
{
    check(first % 8 == 0 && first <= system->size && count <= (system->size - first) / record, what,
          count);
}

static bool is_string(const char *s)
{
    for (unsigned i = 0; i < sizeof(system_pd(0)->name); i++) {
        if (s[i] == '\0') {
            return true;
        }
    }
    return false;
}

static void check_maps(void)
{
    for (uint32_t i = 0; i < system->space_count; i++) {
        const struct mk_space *space = system_space(i);
        check(space->first_map <= system->map_count &&
                  space->map_count <= system->map_count - space->first_map,
              "space", i);
    }
    for (uint32_t i = 0; i < system->map_count; i++) {
        const struct mk_map *map = system_map(i);
        uint64_t page = map->page_size;
        check((page == 0x1000 || page == 0x200000) && map->vaddr % page == 0 &&
                  map->paddr % page == 0 && map->size % page == 0 &&
                  map->vaddr + map->size <= seL4_UserTop + 1 && map->size <= seL4_UserTop &&
                  is_mappable(map->paddr, map->size),
              "map", i);
    }
}

static void check_threads(void)
{
    for (uint32_t i = 0; i < system->pd_count; i++) {
        const struct mk_pd *pd = system_pd(i);
        check(is_string(pd->name) && pd->space < system->space_count && pd->priority < 255 &&
                  pd->start < system->pd_count &&
                  (pd->parent == MK_NONE || (pd->parent < system->pd_count && pd->parent != i)) &&
                  pd->id <= MAX_CHILD_ID && pd->budget_us > 0 && pd->budget_us <= pd->period_us &&
                  pd->ipc_buffer_paddr % 1024 == 0 && system_has_memory(pd->ipc_buffer_paddr, 1024),
              "protection domain", i);
    }
    for (uint32_t i = 0; i < system->vcpu_count; i++) {
        const struct mk_vcpu *vcpu = system_vcpu(i);
        check(is_string(vcpu->name) && vcpu->space < system->space_count && vcpu->priority < 255 &&
                  vcpu->pd < system->pd_count && vcpu->id <= MAX_CHILD_ID && vcpu->budget_us > 0 &&
                  vcpu->budget_us <= vcpu->period_us,
              "vCPU", i);
    }
}

static void check_connections(void)
{
    for (uint32_t i = 0; i < system->channel_count; i++) {
        const struct mk_channel *channel = system_channel(i);
        check(channel->pd_a < system->pd_count && channel->pd_b < system->pd_count &&
                  channel->id_a <= MAX_CHANNEL_ID && channel->id_b <= MAX_CHANNEL_ID,
              "channel", i);
    }
    for (uint32_t i = 0; i < system->irq_count; i++) {
        const struct mk_irq *irq = system_irq(i);
        check(irq->pd < system->pd_count && irq->id <= MAX_CHANNEL_ID && irq->intid >= 16 &&
                  irq->intid <= MAX_INTID && irq->intid != BOARD_MAINTENANCE_INTID &&
                  irq->intid != BOARD_VIRTUAL_TIMER_INTID &&
                  irq->intid != BOARD_HYPERVISOR_TIMER_INTID,
              "interrupt", i);
    }
    for (uint32_t i = 0; i < system->clear_count; i++) {
        const struct mk_clear *clear = system_clear(i);
        check(clear->paddr % PAGE_SIZE == 0 && clear->size % PAGE_SIZE == 0 &&
                  is_free(clear->paddr, clear->size),
              "range to clear", i);
    }
    for (uint32_t i = 0; i < system->fill_count; i++) {
        const struct mk_fill *fill = system_fill(i);
        check(is_free(fill->paddr, fill->size) && system_has_memory(fill->from, fill->size),
              "range to fill", i);
    }
}

void system_init(void)
{
    system = (const struct mk_system *)minikit_system_table;
    if (minikit_system_table % 8 != 0 ||
        !system_has_memory(minikit_system_table, sizeof(*system)) ||
        system->magic != MK_SYSTEM_MAGIC) {
        panic("no system table at %x: was this image made by minikit's tool?",
              minikit_system_table);
    }
    if (system->version != MK_SYSTEM_VERSION) {
        panic("system table of version %d, expected %d", (uint64_t)system->version,
              (uint64_t)MK_SYSTEM_VERSION);
    }
    check(system_has_memory(minikit_system_table, system->size), "size", system->size);
    check(system->heap_base % PAGE_SIZE == 0 && is_free(system->heap_base, system->heap_size),
          "heap of size", system->heap_size);
    check(system->space_count <= MAX_SPACES, "number of spaces", system->space_count);
    check(system->pd_count <= MAX_PDS, "number of protection domains", system->pd_count);
    check(system->vcpu_count <= MAX_VCPUS, "number of vCPUs", system->vcpu_count);
    check_array(system->space_first, system->space_count, sizeof(struct mk_space), "space array");
    check_array(system->map_first, system->map_count, sizeof(struct mk_map), "map array");
    check_array(system->pd_first, system->pd_count, sizeof(struct mk_pd), "pd array");
    check_array(system->vcpu_first, system->vcpu_count, sizeof(struct mk_vcpu), "vCPU array");
    check_array(system->channel_first, system->channel_count, sizeof(struct mk_channel),
                "channel array");
    check_array(system->irq_first, system->irq_count, sizeof(struct mk_irq), "irq array");
    check_array(system->clear_first, system->clear_count, sizeof(struct mk_clear), "clear array");
    check_array(system->fill_first, system->fill_count, sizeof(struct mk_fill), "fill array");
    check_maps();
    check_threads();
    check_connections();
}
