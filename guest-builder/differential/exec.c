/* SPDX-License-Identifier: BSD-2-Clause */
#include "exec.h"
#include "interrupts.h"
#include "registers.h"
#include "sysregs.h"
#include "tables.h"
#include "value.h"
#include <differential_protocol.h>

#define PSTATE_MASKED 0x3c0u
#define PSTATE_EL1H   0x5u
#define PSTATE_EL1T   0x4u
#define PSTATE_M      0xfu

#define VECTOR_IRQ(vector) ((vector) % 4 == 1)
#define VECTOR_FIQ(vector) ((vector) % 4 == 2)
#define FIRST_SPECIAL      1020u
#define INTID              0x3ffu

#define CHANGED_SP_EL0 (1ull << 31)
#define CHANGED_SP_EL1 (1ull << 32)
#define CHANGED_PAR    (1ull << 33)
#define CHANGED_Q      (1ull << 34) /* the first of eight bits, for the halves of v0 to v3 */

/* The value of a register that nobody sets. Each half is also a UDF instruction, and consists of
 * bytes that are priorities in every GIC. */
static uint64_t usual_register(unsigned n)
{
    uint64_t tag = (uint64_t)(n & 0x1f) << 11;

    return (tag | 0x58) << 32 | tag | 0xa8;
}

void take_interrupts(struct writer *log, unsigned most)
{
    for (unsigned i = 0; i < most; i++) {
        uint32_t acknowledged = interrupt_take();

        write_number(log, acknowledged);
        if ((acknowledged & INTID) >= FIRST_SPECIAL) {
            return;
        }
        interrupt_end(acknowledged);
    }
}

static void set_up(struct context *context, unsigned number, uint8_t flags)
{
    for (unsigned n = 0; n < 31; n++) {
        context->x[n] = usual_register(n);
    }
    context->sp_el0 = CODE_ADDRESS + 0xe0;
    context->sp_el1 = CODE_ADDRESS + 0xf0;
    context->elr = CODE_ADDRESS + number * CODE_STRIDE;
    context->spsr = PSTATE_MASKED;
    if ((flags & EXEC_EL1) != 0) {
        context->spsr |= (flags & EXEC_SP_X) != 0 ? PSTATE_EL1H : PSTATE_EL1T;
    }
    context->sctlr = (uint64_t)SCTLR_HIGH << 16 | SCTLR_LOW;
    context->low = 0;
    context->ttbr1 = context->usual_ttbr1 = translation.high_root;
    context->tcr = context->usual_tcr = translation.tcr;
    context->simd = (flags & EXEC_SIMD) != 0;
    for (unsigned i = 0; i < 8; i++) {
        context->q[i] = usual_register(0x80 + i);
    }
}

static void set_register(struct context *context, unsigned id, uint64_t value)
{
    if (id < 31) {
        context->x[id] = value;
    } else if (id > REGISTER_SP) {
        sysreg_override(context, id, value);
    } else if ((context->spsr & PSTATE_M) == PSTATE_EL1H) {
        context->sp_el1 = value;
    } else {
        context->sp_el0 = value;
    }
}

/* Logs the differences from the state at the beginning of the act. */
static void log_registers(const struct context *before, const struct context *after,
                          struct writer *log, bool with_par)
{
    uint64_t par = with_par ? read_register(par_el1) : 0;
    uint64_t changed = (before->sp_el0 != after->sp_el0 ? CHANGED_SP_EL0 : 0) |
                       (before->sp_el1 != after->sp_el1 ? CHANGED_SP_EL1 : 0) |
                       (par != 0 ? CHANGED_PAR : 0);

    for (unsigned n = 0; n < 31; n++) {
        changed |= (uint64_t)(before->x[n] != after->x[n]) << n;
    }
    for (unsigned i = 0; before->simd != 0 && i < 8; i++) {
        changed |= before->q[i] != after->q[i] ? CHANGED_Q << i : 0;
    }
    write_number(log, changed);
    for (unsigned n = 0; n < 31; n++) {
        if ((changed >> n & 1) != 0) {
            write_number(log, after->x[n]);
        }
    }
    if ((changed & CHANGED_SP_EL0) != 0) {
        write_number(log, after->sp_el0);
    }
    if ((changed & CHANGED_SP_EL1) != 0) {
        write_number(log, after->sp_el1);
    }
    if ((changed & CHANGED_PAR) != 0) {
        write_number(log, par);
    }
    for (unsigned i = 0; i < 8; i++) {
        if ((changed & CHANGED_Q << i) != 0) {
            write_number(log, after->q[i]);
        }
    }
}

void perform_exec(struct reader *program, unsigned number, struct context *context,
                  struct writer *log, bool with_par)
{
    static struct context before[MAX_CPUS];
    struct context *begin = &before[(struct area *)((uintptr_t)context - AREA_CONTEXT) - areas];
    uint8_t flags = read_u8(program);
    uint8_t registers;

    read_bytes(program, 4 * ((flags >> WORDS_SHIFT) + 1));
    set_up(context, number, flags);
    registers = read_u8(program);
    for (unsigned i = 0; i < registers; i++) {
        unsigned id = read_u8(program);
        set_register(context, id, read_value(program, number));
    }
    if ((flags & EXEC_PSTATE) != 0) {
        context->spsr ^= read_number(program);
    }
    if (context->low != 0 && !translation.has_identity) {
        sysregs_put_back();
        write_u8(log, NOT_PERFORMED);
        return;
    }
    if (context->low != 0) {
        context->elr = physical(&act_code[number * (CODE_STRIDE / 4)]);
    }
    *begin = *context;
    write_register(far_el1, 0);
    write_register(par_el1, 0);
    if (context->low != 0) {
        enter_low(context);
    } else {
        enter(context);
    }
    write_u8(log, (uint8_t)context->vector);
    write_number(log, context->esr);
    write_signed(log, (int64_t)(context->elr - begin->elr));
    write_number(log, context->spsr ^ begin->spsr);
    write_number(log, context->far);
    log_registers(begin, context, log, with_par);
    sysregs_put_back();
    if ((flags & EXEC_SYSREGS) != 0) {
        sysregs_log(log);
    }
    if (VECTOR_IRQ(context->vector) || VECTOR_FIQ(context->vector)) {
        take_interrupts(log, 1);
    }
}
