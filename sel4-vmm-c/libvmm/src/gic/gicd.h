/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv2 distributor's registers: IHI 0048B, table 4-1. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IIDR = 0x008,
    GICD_IGROUPR = 0x080,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_ISPENDR = 0x200,
    GICD_ICPENDR = 0x280,
    GICD_ISACTIVER = 0x300,
    GICD_ICACTIVER = 0x380,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_CPENDSGIR = 0xf10,
    GICD_SPENDSGIR = 0xf20,
    GICD_PIDR4 = 0xfd0, /* to GICD_CIDR3 at 0xffc */
    GICD_SIZE = 0x1000  /* bytes of the register frame */
};

/*
 * Registers that follow each other and work alike. Register n of a bank is at first + 4 * n. All
 * values are whole words; lanes has the bits set that the access touches, value is 0 elsewhere.
 */
struct gicd_bank {
    const char *name;
    uint16_t first, end; /* offsets, end exclusive */
    uint8_t narrowest;   /* bytes of the narrowest write that has an effect */
    uint8_t bits;        /* for each INTID; 0: the bank is not indexed by INTID */
    uint16_t twin;       /* the bank that shows the same bits; 0: none */
    uint32_t (*read)(size_t cpu, uint32_t n);                              /* NULL: reads as 0 */
    void (*write)(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes); /* NULL: ignored */
};

extern const struct gicd_bank gicd_banks[];
extern const size_t gicd_bank_count;

/* Prepares gicd_find. */
void gicd_init(void);
/* The bank that holds an offset below GICD_SIZE; NULL for reserved space. */
const struct gicd_bank *gicd_find(uint32_t offset);

/* state_registers.c: one bit, two bits or one byte for each INTID */
uint32_t read_igroupr(size_t cpu, uint32_t n);
void write_igroupr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
uint32_t read_enabled(size_t cpu, uint32_t n);
void write_isenabler(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
void write_icenabler(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
uint32_t read_pending(size_t cpu, uint32_t n);
void write_ispendr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
void write_icpendr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
uint32_t read_active(size_t cpu, uint32_t n);
void write_isactiver(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
void write_icactiver(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);

/* routing_registers.c */
uint32_t read_ipriorityr(size_t cpu, uint32_t n);
void write_ipriorityr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
uint32_t read_itargetsr(size_t cpu, uint32_t n);
void write_itargetsr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
uint32_t read_icfgr(size_t cpu, uint32_t n);
void write_icfgr(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);

/* sgi_registers.c */
void write_sgir(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
uint32_t read_sgi_sources(size_t cpu, uint32_t n);
void write_cpendsgir(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
void write_spendsgir(size_t cpu, uint32_t n, uint32_t value, uint32_t lanes);
