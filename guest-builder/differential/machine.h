/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as its device tree describes it. Addresses are physical. */
#pragma once

#include "fdt.h"
#include "layout.h"

enum uart_kind {
    UART_NONE,
    UART_PL011,
    UART_IMX,
    UART_MESON,
    UART_CADENCE,
    UART_8250,
};

struct machine {
    struct range ram; /* the bank that contains this program */
    struct range uart;
    enum uart_kind uart_kind;
    unsigned gic_version; /* 0: unknown */
    struct range gicd;
    struct range gicc; /* GICv2: the CPU interface; GICv3: the redistributors */
    uint64_t affinity[MAX_CPUS];
    unsigned cpus;
    struct range initrd; /* size 0: none */
    bool has_psci;
    bool psci_by_hvc;
};

extern struct machine machine;

/** Fills `machine`. Returns false when `dtb` does not point to a device tree. */
bool machine_read(const void *dtb, uint64_t own_address);
