/* SPDX-License-Identifier: BSD-2-Clause */
/* Decodes A64 loads and stores (Arm ARM, C4.1.66). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum access_kind {
    ACCESS_PLAIN,
    ACCESS_EXCLUSIVE,  /* LDXR, STXR, their pair and ordered forms */
    ACCESS_ATOMIC,     /* LDADD, SWP, CAS and the like: read and write */
    ACCESS_SIMD,       /* vector registers, which a VMM cannot access on seL4 */
    ACCESS_ZERO_BLOCK, /* DC ZVA */
    ACCESS_MAINTENANCE /* DC, IC and AT by address: no data, but a translation */
};

enum {
    REGISTER_31 = 31
}; /* the zero register, or SP as a base */

struct access_insn {
    enum access_kind kind;
    bool store;
    bool as_el0;       /* LDTR, STTR: with EL0's permissions */
    uint8_t bytes;     /* bytes for each register: 1, 2, 4, 8; for SIMD also 16 */
    uint8_t registers; /* 1 or 2, adjacent in memory; for SIMD also 3 and 4 */
    uint8_t rt[2];
    bool sign_extend; /* loads: sign-extend the value, */
    bool to_64;       /* to 64 bits rather than 32 */
    uint8_t rs;       /* ACCESS_EXCLUSIVE stores: status */

    bool pc_relative; /* the base is the pc, else: */
    uint8_t rn;       /* base; 31 is SP */
    int64_t offset;   /* added to the base before the access */
    bool has_rm;      /* rm, extended and shifted, is added too */
    uint8_t rm;
    uint8_t extend; /* option field: 2 UXTW, 3 LSL, 6 SXTW, 7 SXTX */
    uint8_t shift;
    bool writeback;
    int64_t step; /* added to the base after the access, with writeback */
};

/* Returns false if the instruction is not a load or store. */
bool decode_access(uint32_t insn, struct access_insn *access);

/* The value of rm that is added to the base. */
uint64_t extend_register(const struct access_insn *access, uint64_t rm);
