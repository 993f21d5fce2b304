/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault/decode.h"
#include <stddef.h>

static uint32_t field(uint32_t insn, unsigned high, unsigned low)
{
    return insn >> low & ((UINT32_C(2) << (high - low)) - 1);
}

static int64_t signed_field(uint32_t insn, unsigned high, unsigned low)
{
    uint32_t value = field(insn, high, low);
    uint32_t sign = UINT32_C(1) << (high - low);
    return (int64_t)(value ^ sign) - sign;
}

static bool is_simd(uint32_t insn)
{
    return field(insn, 26, 26);
}

/* Decodes size and opc of a single register: signed loads, prefetches, unallocated encodings. */
static bool single_register(uint32_t insn, struct access_insn *access)
{
    uint32_t size = field(insn, 31, 30);
    uint32_t opc = field(insn, 23, 22);
    if (is_simd(insn)) {
        access->kind = ACCESS_SIMD;
        access->store = !(opc & 1);
        if (opc & 2)
            size = 4; /* 128 bits; shifts its offsets */
        access->bytes = (uint8_t)(1u << size);
        return true;
    }
    access->bytes = (uint8_t)(1u << size);
    access->store = opc == 0;
    access->sign_extend = opc >= 2;
    access->to_64 = opc == 2 || size == 3;
    return opc < 2 || (opc == 2 && size < 3) || (opc == 3 && size < 2);
}

static bool exclusive(uint32_t insn, struct access_insn *access)
{
    bool not_exclusive = field(insn, 23, 23);
    bool pair = field(insn, 21, 21);
    access->bytes = (uint8_t)(1u << field(insn, 31, 30));
    access->store = !field(insn, 22, 22);
    access->to_64 = access->bytes == 8;
    access->rs = (uint8_t)field(insn, 20, 16);
    access->rt[1] = (uint8_t)field(insn, 14, 10);
    if (not_exclusive && !pair) /* LDAR, STLR */
        return true;
    if (not_exclusive || (pair && access->bytes < 4)) { /* CAS, CASP */
        access->kind = ACCESS_ATOMIC;
        if (!not_exclusive) {
            access->bytes = (uint8_t)(4u << field(insn, 30, 30));
            access->registers = 2;
        }
        return true;
    }
    access->kind = ACCESS_EXCLUSIVE;
    access->registers = pair ? 2 : 1;
    return true;
}

/* LDAPUR, STLUR */
static bool ordered_unscaled(uint32_t insn, struct access_insn *access)
{
    access->offset = signed_field(insn, 20, 12);
    return single_register(insn, access);
}

static bool literal(uint32_t insn, struct access_insn *access)
{
    uint32_t opc = field(insn, 31, 30);
    access->pc_relative = true;
    access->offset = signed_field(insn, 23, 5) * 4;
    access->kind = is_simd(insn) ? ACCESS_SIMD : ACCESS_PLAIN;
    access->bytes = is_simd(insn) ? (uint8_t)(4u << opc) : opc == 1 ? 8 : 4;
    access->sign_extend = opc == 2;
    access->to_64 = opc != 0;
    return opc != 3; /* PRFM */
}

static bool pair(uint32_t insn, struct access_insn *access)
{
    uint32_t opc = field(insn, 31, 30);
    uint32_t mode = field(insn, 24, 23); /* 0 and 2: offset, 1: post-index, 3: pre-index */
    access->store = !field(insn, 22, 22);
    access->registers = 2;
    access->rt[1] = (uint8_t)field(insn, 14, 10);
    if (is_simd(insn)) {
        access->kind = ACCESS_SIMD;
        access->bytes = (uint8_t)(4u << opc);
    } else {
        access->bytes = opc == 2 ? 8 : 4;
        access->sign_extend = opc == 1; /* LDPSW */
        access->to_64 = opc != 0;
    }
    int64_t offset = signed_field(insn, 21, 15) * access->bytes;
    access->offset = mode == 1 ? 0 : offset;
    access->writeback = mode & 1;
    access->step = offset;
    return opc != 3 && !(opc == 1 && access->store && !is_simd(insn)); /* STGP */
}

static bool unsigned_offset(uint32_t insn, struct access_insn *access)
{
    bool valid = single_register(insn, access);
    access->offset = (int64_t)field(insn, 21, 10) * access->bytes;
    return valid;
}

/* Unscaled and unprivileged, post-index, pre-index */
static bool immediate(uint32_t insn, struct access_insn *access)
{
    int64_t offset = signed_field(insn, 20, 12);
    uint32_t mode = field(insn, 11, 10);
    access->offset = mode == 1 ? 0 : offset;
    access->writeback = mode & 1;
    access->step = offset;
    access->as_el0 = mode == 2;
    return single_register(insn, access) && !(access->as_el0 && is_simd(insn));
}

static bool register_offset(uint32_t insn, struct access_insn *access)
{
    bool valid = single_register(insn, access);
    access->has_rm = true;
    access->rm = (uint8_t)field(insn, 20, 16);
    access->extend = (uint8_t)field(insn, 15, 13);
    if (field(insn, 12, 12))
        access->shift = (uint8_t)__builtin_ctz(access->bytes);
    return valid && access->extend & 2;
}

/* LDADD and its like, SWP; and LDAPR, which only loads */
static bool atomic(uint32_t insn, struct access_insn *access)
{
    access->bytes = (uint8_t)(1u << field(insn, 31, 30));
    access->to_64 = access->bytes == 8;
    if (field(insn, 15, 12) != 0xc)
        access->kind = ACCESS_ATOMIC;
    return !is_simd(insn);
}

/* LD1 to LD4 and ST1 to ST4 of whole registers */
static bool simd_structures(uint32_t insn, struct access_insn *access)
{
    static const uint8_t registers[16] = {
        [0x0] = 4, [0x2] = 4, [0x4] = 3, [0x6] = 3, [0x7] = 1, [0x8] = 2, [0xa] = 2,
    };
    access->kind = ACCESS_SIMD;
    access->store = !field(insn, 22, 22);
    access->registers = registers[field(insn, 15, 12)];
    access->bytes = field(insn, 30, 30) ? 16 : 8;
    return access->registers != 0;
}

/* The same of one element of each register, or of one to all elements */
static bool simd_element(uint32_t insn, struct access_insn *access)
{
    uint32_t scale = field(insn, 15, 14);
    access->kind = ACCESS_SIMD;
    access->store = !field(insn, 22, 22);
    access->registers = (uint8_t)(1 + 2 * field(insn, 13, 13) + field(insn, 21, 21));
    if (scale == 3) /* replicates */
        scale = field(insn, 11, 10);
    else if (scale == 2 && field(insn, 10, 10))
        scale = 3;
    access->bytes = (uint8_t)(1u << scale);
    return true;
}

static bool zero_block(uint32_t insn, struct access_insn *access)
{
    access->kind = ACCESS_ZERO_BLOCK;
    access->store = true;
    access->bytes = 4;
    access->rn = (uint8_t)field(insn, 4, 0);
    return true;
}

/* Maintenance by set and way has no address. Other encodings in this space are undefined. */
static bool maintenance(uint32_t insn, struct access_insn *access)
{
    uint32_t op1 = field(insn, 18, 16);
    uint32_t crm = field(insn, 11, 8);
    uint32_t op2 = field(insn, 7, 5);
    bool translates = op1 == 0 && ((crm == 8 && op2 < 4) || (crm == 9 && op2 < 2)); /* AT */
    bool ic = op1 == 3 && op2 == 1 && crm == 5;
    bool dc = op2 == 1 && ((op1 == 3 && crm >= 10 && crm <= 14) || (op1 == 0 && crm == 6));
    access->kind = ACCESS_MAINTENANCE;
    access->bytes = 1;
    access->as_el0 = translates && crm == 8 && op2 & 2;
    access->rn = (uint8_t)field(insn, 4, 0);
    return translates || ic || dc;
}

static const struct {
    uint32_t mask, value;
    bool (*decode)(uint32_t insn, struct access_insn *access);
} forms[] = {
    {0x3f000000, 0x08000000, exclusive},       {0x3f200c00, 0x19000000, ordered_unscaled},
    {0x3b000000, 0x18000000, literal},         {0x3a000000, 0x28000000, pair},
    {0x3b000000, 0x39000000, unsigned_offset}, {0x3b200000, 0x38000000, immediate},
    {0x3b200c00, 0x38200800, register_offset}, {0x3b200c00, 0x38200000, atomic},
    {0xbf000000, 0x0c000000, simd_structures}, {0xbf000000, 0x0d000000, simd_element},
    {0xffffffe0, 0xd50b7420, zero_block},      {0xfff8f000, 0xd5087000, maintenance},
};

bool decode_access(uint32_t insn, struct access_insn *access)
{
    *access = (struct access_insn){
        .registers = 1,
        .rt = {(uint8_t)field(insn, 4, 0)},
        .rn = (uint8_t)field(insn, 9, 5),
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if ((insn & forms[i].mask) == forms[i].value)
            return forms[i].decode(insn, access);
    }
    return false;
}

uint64_t extend_register(const struct access_insn *access, uint64_t rm)
{
    if (access->extend == 2)
        rm = (uint32_t)rm;
    else if (access->extend == 6)
        rm = (uint64_t)(int64_t)(int32_t)(uint32_t)rm;
    return rm << access->shift;
}
