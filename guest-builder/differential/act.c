/* SPDX-License-Identifier: BSD-2-Clause */
#include "act.h"
#include "cpus.h"
#include "interrupts.h"
#include "machine.h"
#include "registers.h"
#include "sysregs.h"
#include "tables.h"

#define BRK(immediate) (0xd4200000u | (immediate) << 5)

#define PSTATE_MASKED 0x3c0u
#define PSTATE_EL1H   0x5u
#define PSTATE_EL1T   0x4u
#define PSTATE_M      0xfu

#define VECTOR_IRQ(vector) ((vector) % 4 == 1)
#define VECTOR_FIQ(vector) ((vector) % 4 == 2)
#define FIRST_SPECIAL      1020u
#define NO_INTID           1023u
#define INTID              0x3ffu
#define MOST_TAKEN         16

#define SLOT_BYTES    4
#define NOT_PERFORMED 0xffu /* instead of a vector: the CPU is off, or has no place for it */

#define CHANGED_SP_EL0 (1ull << 31)
#define CHANGED_SP_EL1 (1ull << 32)
#define CHANGED_PAR    (1ull << 33)
#define CHANGED_Q      (1ull << 34) /* the first of eight bits, for the halves of v0 to v3 */

/* number: of the act whose code VALUE_HERE means. */
static uint64_t read_value(struct reader *program, unsigned number)
{
    static const uint8_t bytes[] = VALUE_BYTES;
    uint8_t code = read_u8(program);
    uint64_t value = code < sizeof(bytes) ? read_bytes(program, bytes[code]) : 0;

    switch (code) {
    case VALUE_WINDOW: return (uint64_t)((int64_t)(value << 40) >> 40);
    case VALUE_GICD: return HIGH_HALF + machine.gicd.base + value;
    case VALUE_GICC:
    case VALUE_GICR: return HIGH_HALF + machine.gicc.base + value;
    case VALUE_ARENA: return physical(arena) + value;
    case VALUE_CODE: return CODE_ADDRESS + value;
    case VALUE_HERE: return CODE_ADDRESS + number * CODE_STRIDE + value;
    case VALUE_TABLES: return physical(program_tables) + value;
    case VALUE_AFFINITY: return machine.affinity[value % MAX_CPUS];
    case VALUE_TARGET: return target_address((unsigned)value);
    default: return value;
    }
}

/* The value of a register that nobody sets. Each half is also a UDF instruction, and consists of
 * bytes that are priorities in every GIC. */
static uint64_t usual_register(unsigned n)
{
    uint64_t tag = (uint64_t)(n & 0x1f) << 11;

    return (tag | 0x58) << 32 | tag | 0xa8;
}

/* Leaves the reader after the contents of an act. */
static void skip_contents(struct reader *program, uint8_t kind)
{
    uint8_t flags, registers;

    switch (kind & ACT_KIND) {
    case ACT_EXEC:
        flags = read_u8(program);
        read_bytes(program, 4 * ((flags >> WORDS_SHIFT) + 1));
        registers = read_u8(program);
        for (unsigned i = 0; i < registers; i++) {
            read_u8(program);
            read_value(program, 0);
        }
        if ((flags & EXEC_PSTATE) != 0) {
            read_number(program);
        }
        break;
    case ACT_SLOT: read_bytes(program, SLOT_BYTES); break;
    case ACT_TABLE:
        read_number(program);
        read_number(program);
        read_value(program, 0);
        break;
    case ACT_TAKE:
    case ACT_DRAIN:
    case ACT_ON:
    case ACT_OFF: break;
    default: program->bad = true;
    }
}

void act_place(struct reader *program, unsigned number)
{
    uint32_t *code = &act_code[number * (CODE_STRIDE / 4)];
    uint8_t kind = read_u8(program);
    struct reader exec = *program;
    unsigned words = (kind & ACT_KIND) == ACT_EXEC ? (read_u8(&exec) >> WORDS_SHIFT) + 1u : 0;

    /* Other acts can jump behind the end of this one, where nothing of earlier programs may be. */
    for (unsigned i = 0; i < CODE_STRIDE / 4; i++) {
        code[i] = i < words && i < MAX_WORDS ? (uint32_t)read_bytes(&exec, 4) : BRK(END_BRK);
    }
    skip_contents(program, kind);
}

/* Takes the interrupt that ended an act, or all pending ones, and leaves none of them active. */
static void take_interrupts(struct writer *log, unsigned most)
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

static void perform_exec(struct reader *program, unsigned number, struct context *context,
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

static void perform_slot(struct reader *program)
{
    uint8_t slot = read_u8(program) % WINDOW_SLOTS;
    uint8_t what = read_u8(program);

    window_set(slot, window_descriptor(what, (uint16_t)read_bytes(program, 2)));
    tlb_flush();
}

/* Descriptors that the program has set and that must be restored. */
static uint32_t table_indices[MAX_ACTS];
static unsigned tables_set;

void act_put_back(void)
{
    for (; tables_set > 0; tables_set--) {
        program_tables[table_indices[tables_set - 1]] = 0;
    }
}

/* Writes the value of a symbol, with further bits set in it. */
static void perform_table(struct reader *program)
{
    uint64_t index = read_number(program) % (sizeof(program_tables) / sizeof(program_tables[0]));
    uint64_t bits = read_number(program);

    program_tables[index] = bits | read_value(program, 0);
    if (tables_set < MAX_ACTS) {
        table_indices[tables_set++] = (uint32_t)index;
    }
    __asm__ volatile("dsb ishst" : : : "memory");
}

static unsigned cpu_of(uint8_t kind)
{
    return kind >> CPU_SHIFT & (MAX_CPUS - 1);
}

static void perform_here(struct acts *acts, uint8_t kind)
{
    struct reader *program = acts->program;
    struct context *context = &areas[cpu_of(kind)].context;

    switch (kind & ACT_KIND) {
    case ACT_EXEC:
        perform_exec(program, acts->number, context, acts->log, (kind & ACT_PAR) != 0);
        break;
    case ACT_SLOT: perform_slot(program); break;
    case ACT_TABLE: perform_table(program); break;
    default: take_interrupts(acts->log, MOST_TAKEN); break;
    }
}

/* An act of a CPU that is off is not performed. */
static void skip(struct acts *acts, uint8_t kind)
{
    skip_contents(acts->program, kind);
    if ((kind & ACT_KIND) == ACT_EXEC) {
        write_u8(acts->log, NOT_PERFORMED);
    } else if ((kind & ACT_KIND) == ACT_TAKE) {
        write_number(acts->log, NO_INTID);
    }
}

static bool is_switch(uint8_t kind)
{
    return (kind & ACT_KIND) == ACT_ON || (kind & ACT_KIND) == ACT_OFF;
}

static void perform_next(struct acts *acts)
{
    uint8_t kind = read_u8(acts->program);
    struct writer *log = acts->log;
    uint8_t *begin = log->at;
    unsigned cpu = cpu_of(kind);

    if ((kind & ACT_KIND) == ACT_ON) {
        write_number(log, cpu_switch_on(cpu));
    } else if ((kind & ACT_KIND) == ACT_OFF) {
        write_number(log, cpu_switch_off(cpu));
    } else if (cpu_is_on(cpu)) {
        perform_here(acts, kind);
    } else {
        skip(acts, kind);
    }
    acts->number++;
    if ((kind & ACT_KIND) == ACT_DRAIN || ((kind & ACT_APART) != 0 && log->digest)) {
        log->at = begin;
    }
}

/* Performs acts up to the next one of another CPU. */
static void perform_run(void *argument)
{
    struct acts *acts = argument;
    unsigned cpu = cpu_of(*acts->program->at);

    do {
        perform_next(acts);
    } while (acts->number < acts->count && !is_switch(*acts->program->at) &&
             cpu_of(*acts->program->at) == cpu);
}

void acts_perform(struct acts *acts)
{
    while (acts->number < acts->count) {
        uint8_t kind = *acts->program->at;

        if (is_switch(kind) || !cpu_is_on(cpu_of(kind))) {
            perform_next(acts);
        } else {
            cpu_do(cpu_of(kind), perform_run, acts);
        }
    }
}
