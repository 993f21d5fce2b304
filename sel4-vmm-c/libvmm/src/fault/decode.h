/* SPDX-License-Identifier: BSD-2-Clause */
/* A64 loads and stores (Arm ARM, C4.1.66): what an instruction does, without doing it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum access_kind {
    ACCESS_PLAIN,
    ACCESS_EXCLUSIVE,  /* LDXR, STXR, pairs and ordered ones of them */
    ACCESS_ATOMIC,     /* LDADD, SWP, CAS, ... : reads and writes */
    ACCESS_SIMD,       /* moves registers that seL4 gives a VMM no access to */
    ACCESS_ZERO_BLOCK, /* DC ZVA */
    ACCESS_MAINTENANCE /* DC, IC and AT by address: moves nothing, and is translated all the same */
};

enum {
    REGISTER_31 = 31
}; /* the zero register, or SP as a base */

struct access_insn {
    enum access_kind kind;
    bool store;
    bool as_el0;       /* LDTR, STTR: with EL0's permissions */
    uint8_t bytes;     /* that each register moves: 1, 2, 4, 8; of SIMD also 16 */
    uint8_t registers; /* 1 or 2, one after the other in memory; of SIMD also 3 and 4 */
    uint8_t rt[2];
    bool sign_extend; /* a load's result; */
    bool to_64;       /* and to this width */
    uint8_t rs;       /* ACCESS_EXCLUSIVE stores: status */

    bool pc_relative; /* the base is the pc, else: */
    uint8_t rn;       /* base; 31 is SP */
    int64_t offset;   /* added to the base before the access */
    bool has_rm;      /* as is rm, extended and shifted */
    uint8_t rm;
    uint8_t extend; /* option field: 2 UXTW, 3 LSL, 6 SXTW, 7 SXTX */
    uint8_t shift;
    bool writeback;
    int64_t step; /* added to the base afterwards, with writeback */
};

/* False: not a load or store. */
bool decode_access(uint32_t insn, struct access_insn *access);

/* Value of rm as it is added to the base. */
uint64_t extend_register(const struct access_insn *access, uint64_t rm);
