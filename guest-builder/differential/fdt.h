/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of flattened device trees (Devicetree Specification 0.4, chapter 5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    uint64_t base, size;
};

/** A node as it ends: the properties that are of use here, with `reg` as the CPU's addresses. */
struct fdt_node {
    const char *name;
    /** A list of strings, `compatible_size` bytes; NULL when there is none. */
    const char *compatible;
    uint32_t compatible_size;
    const char *device_type, *method;
    struct range reg[4];
    uint32_t regs;
    /** Of /chosen: where the initrd begins and ends; 0 where there is none. */
    uint64_t initrd_start, initrd_end;
    bool disabled;
};

/** Called for each node; false ends the walk. */
typedef bool fdt_visit(const struct fdt_node *node, void *data);

/** Walks the tree at `blob`. False: this is no device tree, or it is damaged. */
bool fdt_walk(const void *blob, fdt_visit *visit, void *data);

/** Whether the node names `compatible`. */
bool fdt_is(const struct fdt_node *node, const char *compatible);
