/* SPDX-License-Identifier: BSD-2-Clause */
/* Register frames as tables, like the register maps of the architecture. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Widths of access in bytes, ORed for several. */
enum {
    ACCESS_BYTE = 1,
    ACCESS_HALFWORD = 2,
    ACCESS_WORD = 4,
    ACCESS_DOUBLEWORD = 8
};

/*
 * A bank: consecutive registers that work alike. Register n is at first + width * n. All values are
 * whole registers. lanes is a mask of the bits that the access touches; value is 0 elsewhere. cpu
 * names the state to access: for the distributor, that of the accessing CPU.
 */
struct gic_bank {
    uint32_t first, end; /* offsets, end exclusive */
    uint8_t width;       /* bytes of a register: 4 or 8 */
    uint8_t accesses;    /* widths with an effect; others read as zero and ignore writes */
    uint8_t bits;        /* for each INTID; 0: the bank is not indexed by INTID */
    uint8_t from;        /* the first INTID with bits here; those of lower INTIDs are reserved */
    uint16_t twin;       /* offset of the bank that shows the same bits; 0: none */
    uint64_t (*read)(size_t cpu, uint32_t n);                              /* NULL: reads as 0 */
    void (*write)(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes); /* NULL: ignored */
};

/* The frames. */
enum {
    FRAME_GICD,
    FRAME_GICV3_DISTRIBUTOR,
    FRAME_GICV3_RD_BASE,
    FRAME_GICV3_SGI_BASE,
    FRAMES
};

struct gic_frame {
    const struct gic_bank *banks; /* in order of offset */
    uint8_t count;
    uint8_t id; /* FRAME_... */
};

enum {
    FRAME_INDEXED = 0x1000 /* bytes from the start of a frame that the index covers */
};

/*
 * For each word, the number of its bank, counted from 1; 0 without a register, or if its INTIDs are
 * beyond vmm_config.gic_intids. All are 0 before virq_controller_init().
 */
extern uint8_t gic_frame_index[FRAMES][FRAME_INDEXED / 4];

/* Computes the index of a frame. */
void gic_frame_init(const struct gic_frame *frame);
/* Finds the number by a search, for offsets from FRAME_INDEXED on. */
uint8_t gic_frame_search(const struct gic_frame *frame, uint32_t offset);

/*
 * The bank of an access; NULL if it reads as zero and ignores writes: at reserved offsets, for
 * nonexistent INTIDs, and for widths that the bank does not support.
 */
static inline const struct gic_bank *gic_frame_find(const struct gic_frame *frame, uint32_t offset,
                                                    uint32_t bytes)
{
    uint8_t n = offset < FRAME_INDEXED ? gic_frame_index[frame->id][offset / 4]
                                       : gic_frame_search(frame, offset);
    return n != 0 && frame->banks[n - 1].accesses & bytes ? &frame->banks[n - 1] : NULL;
}

/* An access to a bank from gic_frame_find. bytes is at most the width of its registers. */
static inline uint64_t gic_bank_read(const struct gic_bank *bank, size_t cpu, uint32_t offset,
                                     uint32_t bytes)
{
    if (!bank->read)
        return 0;
    uint32_t shift = (offset & (bank->width - 1u)) * 8;
    uint64_t value = bank->read(cpu, (offset - bank->first) / bank->width);
    return value >> shift & UINT64_MAX >> (64 - bytes * 8);
}

static inline void gic_bank_write(const struct gic_bank *bank, size_t cpu, uint32_t offset,
                                  uint32_t bytes, uint64_t value)
{
    if (!bank->write)
        return;
    uint32_t shift = (offset & (bank->width - 1u)) * 8;
    uint64_t lanes = UINT64_MAX >> (64 - bytes * 8) << shift;
    bank->write(cpu, (offset - bank->first) / bank->width, value << shift & lanes, lanes);
}

/* state_registers.c: one bit for each INTID */
uint64_t read_igroupr(size_t cpu, uint32_t n);
void write_igroupr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_enabled(size_t cpu, uint32_t n);
void write_isenabler(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
void write_icenabler(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_pending(size_t cpu, uint32_t n);
void write_ispendr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
void write_icpendr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_active(size_t cpu, uint32_t n);
void write_isactiver(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
void write_icactiver(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);

/* routing_registers.c: two bits, or a byte or more, for each INTID */
uint64_t read_ipriorityr(size_t cpu, uint32_t n);
void write_ipriorityr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_itargetsr(size_t cpu, uint32_t n);
void write_itargetsr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_irouter(size_t cpu, uint32_t n);
void write_irouter(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_icfgr(size_t cpu, uint32_t n);
void write_icfgr(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);

/* sgi_registers.c: SGIs of a GICv2 */
void write_sgir(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
uint64_t read_sgi_sources(size_t cpu, uint32_t n);
void write_cpendsgir(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
void write_spendsgir(size_t cpu, uint32_t n, uint64_t value, uint64_t lanes);
