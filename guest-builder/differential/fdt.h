/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of flattened device trees (Devicetree Specification 0.4, chapter 5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    uint64_t base, size;
};

/** A node at its end, with the relevant properties; `reg` is in CPU addresses. */
struct fdt_node {
    const char *name;
    /** A list of strings, `compatible_size` bytes; NULL when there is none. */
    const char *compatible;
    uint32_t compatible_size;
    const char *device_type, *method;
    struct range reg[4];
    uint32_t regs;
    /** From /chosen: the beginning and end of the initrd; 0 when absent. */
    uint64_t initrd_start, initrd_end;
    bool disabled;
};

/** Called for each node; returning false ends the walk. */
typedef bool fdt_visit(const struct fdt_node *node, void *data);

/** Walks the tree at `blob`. Returns false when it is not a device tree, or is damaged. */
bool fdt_walk(const void *blob, fdt_visit *visit, void *data);

/** Whether the node is compatible with `compatible`. */
bool fdt_is(const struct fdt_node *node, const char *compatible);
