/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Distributor and redistributors of a GICv3 (IHI 0069, 12.8 to 12.11) with one Security state and
 * affinity routing only, without LPIs and message-based SPIs. The hardware provides the CPU
 * interface, in system registers.
 */
#pragma once

#include "gic/gicd.h"
#include <libvmm/vmm.h>
#include <stdbool.h>

enum {
    GICV3_FRAME_SIZE = 0x10000, /* bytes of the distributor, of RD_base and of SGI_base */

    GICD_IROUTER = 0x6000,
    GICV3_PIDR4 = 0xffd0, /* to CIDR3 at 0xfffc; of the distributor and of RD_base */

    GICR_CTLR = 0x0000,
    GICR_IIDR = 0x0004,
    GICR_TYPER = 0x0008,
    GICR_WAKER = 0x0014,
    GICR_SGI_BASE = GICV3_FRAME_SIZE, /* SGI_base follows RD_base; its offsets are those of GICD */
    GICR_STRIDE = 2 * GICV3_FRAME_SIZE
};

extern const struct gic_frame gicv3_distributor, gicv3_rd_base, gicv3_sgi_base;

/* Whether an address is in one of the frames. */
static inline bool gicv3_covers(uint64_t ipa)
{
    return ipa - vmm_config.gicd_ipa < GICV3_FRAME_SIZE ||
           ipa - vmm_config.gicr_ipa < vmm_config.vcpus * GICR_STRIDE;
}

/* An access of a CPU to one of the frames. bytes: 1, 2, 4 or 8; ipa: a multiple of bytes. */
uint64_t gicv3_read(size_t cpu, uint64_t ipa, uint32_t bytes);
void gicv3_write(size_t cpu, uint64_t ipa, uint32_t bytes, uint64_t value);

/* GICD_IIDR and GICR_IIDR, and the identification registers from GICV3_PIDR4 on. */
uint64_t gicv3_read_iidr(size_t cpu, uint32_t n);
uint8_t gicv3_identification(uint32_t n, uint8_t part);

/*
 * Handles a write of ICC_SGI1R_EL1 (group 1), ICC_SGI0R_EL1 or ICC_ASGI1R_EL1 (group 0): sends an
 * SGI to those CPUs that have it in that group.
 */
void gicv3_send_sgi(size_t from, uint64_t value, unsigned group);
