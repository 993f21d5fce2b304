/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm Generic Interrupt Controller version 2 (IHI 0048B). */
#pragma once

#include "guest_board.h"
#include <stdint.h>

#define GICD_CTLR          (GUEST_GICD_BASE + 0x000)
#define GICD_TYPER         (GUEST_GICD_BASE + 0x004)
#define GICD_IIDR          (GUEST_GICD_BASE + 0x008)
#define GICD_ISENABLER(n)  (GUEST_GICD_BASE + 0x100 + 4 * (n))
#define GICD_ICENABLER(n)  (GUEST_GICD_BASE + 0x180 + 4 * (n))
#define GICD_ICPENDR(n)    (GUEST_GICD_BASE + 0x280 + 4 * (n))
#define GICD_ICACTIVER(n)  (GUEST_GICD_BASE + 0x380 + 4 * (n))
#define GICD_IPRIORITYR(n) (GUEST_GICD_BASE + 0x400 + 4 * (n))
#define GICD_SGIR          (GUEST_GICD_BASE + 0xf00)
#define GICD_SGIR_SELF     (2u << 24) /* only to the CPU that asks */
#define GICD_CPENDSGIR(n)  (GUEST_GICD_BASE + 0xf10 + 4 * (n))

#define GICC_CTLR      (GUEST_GICC_BASE + 0x000)
#define GICC_PMR       (GUEST_GICC_BASE + 0x004)
#define GICC_IAR       (GUEST_GICC_BASE + 0x00c)
#define GICC_IAR_INTID 0x3ffu
#define GICC_EOIR      (GUEST_GICC_BASE + 0x010)

#define GIC_SPURIOUS 1023u

/** Both interfaces on, every priority let through, no interrupt enabled or pending. */
void gic_reset(void);

/** Enables an INTID below 1020. */
void gic_enable(unsigned intid);
