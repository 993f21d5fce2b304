/* SPDX-License-Identifier: BSD-2-Clause */
#include "act.h"
#include "context.h"
#include "cpus.h"
#include "exec.h"
#include "tables.h"
#include "value.h"

#define BRK(immediate) (0xd4200000u | (immediate) << 5)

#define NO_INTID   1023u
#define MOST_TAKEN 16
#define SLOT_BYTES 4

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
