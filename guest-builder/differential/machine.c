/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"

struct machine machine;

struct search {
    uint64_t own_address;
};

static enum uart_kind uart_kind(const struct fdt_node *node)
{
    if (fdt_is(node, "arm,pl011")) {
        return UART_PL011;
    }
    if (fdt_is(node, "fsl,imx6q-uart") || fdt_is(node, "fsl,imx8mp-uart")) {
        return UART_IMX;
    }
    if (fdt_is(node, "amlogic,meson-gx-uart") || fdt_is(node, "amlogic,meson-uart")) {
        return UART_MESON;
    }
    if (fdt_is(node, "cdns,uart-r1p12") || fdt_is(node, "xlnx,xuartps")) {
        return UART_CADENCE;
    }
    if (fdt_is(node, "brcm,bcm2835-aux-uart") || fdt_is(node, "snps,dw-apb-uart")) {
        return UART_8250;
    }
    return UART_NONE;
}

static void take_gic(const struct fdt_node *node)
{
    if (fdt_is(node, "arm,cortex-a15-gic") || fdt_is(node, "arm,gic-400") ||
        fdt_is(node, "arm,cortex-a9-gic") || fdt_is(node, "arm,cortex-a7-gic")) {
        machine.gic_version = 2;
    } else if (fdt_is(node, "arm,gic-v3")) {
        machine.gic_version = 3;
    } else {
        return;
    }
    machine.gicd = node->reg[0];
    machine.gicc = node->reg[1];
}

static bool is_text(const char *text, const char *other)
{
    while (text != NULL && *text != '\0' && *text == *other) {
        text++, other++;
    }
    return text != NULL && *text == *other;
}

static bool take_node(const struct fdt_node *node, void *data)
{
    const struct search *search = data;
    enum uart_kind kind = uart_kind(node);

    if (node->disabled) {
        return true;
    }
    if (is_text(node->device_type, "memory")) {
        for (uint32_t i = 0; i < node->regs; i++) {
            const struct range *ram = &node->reg[i];
            if (search->own_address >= ram->base && search->own_address - ram->base < ram->size) {
                machine.ram = *ram;
            }
        }
    } else if (is_text(node->device_type, "cpu") && node->regs > 0) {
        if (machine.cpus < MAX_CPUS) {
            machine.affinity[machine.cpus++] = node->reg[0].base;
        }
    } else if (kind != UART_NONE && machine.uart_kind == UART_NONE && node->regs > 0) {
        machine.uart_kind = kind;
        machine.uart = node->reg[0];
    } else if (fdt_is(node, "arm,psci-0.2") || fdt_is(node, "arm,psci-1.0") ||
               fdt_is(node, "arm,psci")) {
        machine.has_psci = true;
        machine.psci_by_hvc = is_text(node->method, "hvc");
    } else if (node->initrd_end > node->initrd_start) {
        machine.initrd = (struct range){node->initrd_start, node->initrd_end - node->initrd_start};
    } else if (machine.gic_version == 0 && node->regs > 1) {
        take_gic(node);
    }
    return true;
}

bool machine_read(const void *dtb, uint64_t own_address)
{
    struct search search = {.own_address = own_address};

    if (!fdt_walk(dtb, take_node, &search)) {
        return false;
    }
    if (machine.initrd.base < machine.ram.base || machine.initrd.size > machine.ram.size ||
        machine.initrd.base - machine.ram.base > machine.ram.size - machine.initrd.size) {
        machine.initrd = (struct range){0, 0};
    }
    return true;
}
