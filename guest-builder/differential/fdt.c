/* SPDX-License-Identifier: BSD-2-Clause */
#include "fdt.h"

#define FDT_MAGIC      0xd00dfeedu
#define FDT_BEGIN_NODE 1u
#define FDT_END_NODE   2u
#define FDT_PROP       3u
#define FDT_NOP        4u
#define FDT_MAX_SIZE   0x200000u
#define MAX_DEPTH      12
#define MAX_RANGES     8

/* A node that has not ended yet, and the address format of its children. */
struct level {
    struct fdt_node node;
    const uint8_t *reg, *ranges;
    uint32_t reg_size, ranges_size;
    uint32_t address_cells, size_cells;
    bool has_ranges;
};

/* Reads bytes, because nothing is known to be aligned, and with the MMU off it would have to be. */
static uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t cells(const uint8_t *at, uint32_t count)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < count; i++) {
        value = value << 32 | be32(at + 4 * i);
    }
    return value;
}

static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++, b++;
    }
    return *a == *b;
}

bool fdt_is(const struct fdt_node *node, const char *compatible)
{
    const char *at = node->compatible;
    const char *end = at + node->compatible_size;

    while (at != NULL && at < end) {
        if (same(at, compatible)) {
            return true;
        }
        while (at < end && *at != '\0') {
            at++;
        }
        at++;
    }
    return false;
}

/* Converts an address on the bus of level `depth` to a CPU address. */
static uint64_t to_cpu(const struct level *levels, int depth, uint64_t address)
{
    for (; depth > 0; depth--) {
        const struct level *bus = &levels[depth];
        uint32_t parent = levels[depth - 1].address_cells;
        uint32_t entry = 4 * (bus->address_cells + parent + bus->size_cells);

        for (uint32_t at = 0; entry != 0 && at + entry <= bus->ranges_size; at += entry) {
            const uint8_t *cell = bus->ranges + at;
            uint64_t child = cells(cell, bus->address_cells);
            uint64_t size = cells(cell + 4 * (bus->address_cells + parent), bus->size_cells);

            if (address >= child && address - child < size) {
                address = address - child + cells(cell + 4 * bus->address_cells, parent);
                break;
            }
        }
    }
    return address;
}

static void read_reg(struct level *levels, int depth)
{
    struct level *level = &levels[depth];
    uint32_t address = depth > 0 ? levels[depth - 1].address_cells : 2;
    uint32_t size = depth > 0 ? levels[depth - 1].size_cells : 1;
    uint32_t entry = 4 * (address + size);
    uint32_t most = sizeof(level->node.reg) / sizeof(level->node.reg[0]);

    for (uint32_t at = 0; entry != 0 && at + entry <= level->reg_size && level->node.regs < most;
         at += entry) {
        struct range *range = &level->node.reg[level->node.regs++];
        range->base = to_cpu(levels, depth - 1, cells(level->reg + at, address));
        range->size = cells(level->reg + at + 4 * address, size);
    }
}

static void take_property(struct level *level, const char *name, const uint8_t *value,
                          uint32_t size)
{
    if (same(name, "#address-cells") && size == 4) {
        level->address_cells = be32(value) & 3;
    } else if (same(name, "#size-cells") && size == 4) {
        level->size_cells = be32(value) & 3;
    } else if (same(name, "reg")) {
        level->reg = value;
        level->reg_size = size;
    } else if (same(name, "ranges")) {
        level->ranges = value;
        level->ranges_size = size;
    } else if (same(name, "linux,initrd-start") && size <= 8) {
        level->node.initrd_start = cells(value, size / 4);
    } else if (same(name, "linux,initrd-end") && size <= 8) {
        level->node.initrd_end = cells(value, size / 4);
    } else if (size == 0 || value[size - 1] != '\0') {
        return; /* the others are strings */
    } else if (same(name, "compatible")) {
        level->node.compatible = (const char *)value;
        level->node.compatible_size = size;
    } else if (same(name, "device_type")) {
        level->node.device_type = (const char *)value;
    } else if (same(name, "method")) {
        level->node.method = (const char *)value;
    } else if (same(name, "status")) {
        level->node.disabled = value[0] != 'o';
    }
}

bool fdt_walk(const void *blob, fdt_visit *visit, void *data)
{
    static struct level levels[MAX_DEPTH];
    const uint8_t *bytes = blob;
    uint32_t total, at, strings;
    int depth = -1;

    if (blob == NULL || be32(bytes) != FDT_MAGIC) {
        return false;
    }
    total = be32(bytes + 4);
    at = be32(bytes + 8);
    strings = be32(bytes + 12);
    if (total > FDT_MAX_SIZE || at >= total || strings >= total) {
        return false;
    }
    while (at + 4 <= total) {
        uint32_t token = be32(bytes + at);

        at += 4;
        if (token == FDT_BEGIN_NODE) {
            const char *name = (const char *)bytes + at;

            if (++depth == MAX_DEPTH) {
                return false;
            }
            levels[depth] = (struct level){.address_cells = 2, .size_cells = 1};
            levels[depth].node.name = name;
            while (at < total && bytes[at] != '\0') {
                at++;
            }
            at = (at + 4) & ~3u;
        } else if (token == FDT_END_NODE && depth >= 0) {
            read_reg(levels, depth);
            if (!visit(&levels[depth].node, data)) {
                return true;
            }
            depth--;
        } else if (token == FDT_PROP && depth >= 0 && at + 8 <= total) {
            uint32_t size = be32(bytes + at);
            uint32_t name = strings + be32(bytes + at + 4);

            at += 8;
            if (size > total - at || name >= total) {
                return false;
            }
            take_property(&levels[depth], (const char *)bytes + name, bytes + at, size);
            at = (at + size + 3) & ~3u;
        } else if (token != FDT_NOP) {
            return depth == -1; /* FDT_END */
        }
    }
    return false;
}
