/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"
#include "act.h"
#include "cpus.h"
#include "link.h"
#include "tables.h"

#define ARENA_WORDS (ARENA_PAGES * PAGE / 8)

/* Each word has a different value, and both of its halves are UDF instructions. */
static uint64_t usual_word(unsigned i)
{
    return (uint64_t)(uint16_t)(i * 40503u) << 32 | (uint16_t)i;
}

void program_start(void)
{
    uint64_t *words = (uint64_t *)arena;

    for (unsigned i = 0; i < ARENA_WORDS; i++) {
        words[i] = usual_word(i);
    }
    for (unsigned slot = 0; slot < WINDOW_SLOTS; slot++) {
        window_default(slot);
    }
    tlb_flush();
}

/* Logs the words that the program has changed, the first of them with their values, and restores
 * them. */
static void log_arena(struct writer *log)
{
    uint64_t *words = (uint64_t *)arena;
    uint32_t crc = UINT32_MAX;
    unsigned changed = 0;
    struct writer values = *log;

    for (unsigned i = 0; i < ARENA_WORDS; i++) {
        uint64_t usual = usual_word(i);

        if (words[i] == usual) {
            continue;
        }
        if (changed++ < LIMIT_CHANGED_WORDS) {
            write_number(&values, i + 1);
            write_number(&values, words[i]);
        }
        crc = link_crc(crc, (const uint8_t *)&i, sizeof(i));
        crc = link_crc(crc, (const uint8_t *)&words[i], sizeof(words[i]));
        words[i] = usual;
    }
    *log = values;
    write_u8(log, 0);
    write_number(log, changed);
    write_number(log, crc);
}

static void set_slots(struct reader *program)
{
    for (unsigned left = read_u8(program); left > 0 && !program->bad; left--) {
        uint8_t slot = read_u8(program) % WINDOW_SLOTS;
        uint8_t what = read_u8(program);

        window_set(slot, window_descriptor(what, (uint16_t)read_bytes(program, 2)));
    }
}

static void make_code_visible(unsigned acts)
{
    uintptr_t begin = (uintptr_t)act_code;

    for (uintptr_t at = begin; at < begin + acts * CODE_STRIDE; at += 64) {
        __asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
    }
    __asm__ volatile("dsb ish; ic ialluis; dsb ish; isb" : : : "memory");
}

uint8_t program_run(struct reader program, struct writer *log)
{
    struct reader placing;
    unsigned acts;

    if (!cpus_only(read_u8(&program))) {
        return REFUSED_CPUS;
    }
    set_slots(&program);
    acts = read_u8(&program);
    if (acts > MAX_ACTS) {
        return REFUSED_MALFORMED;
    }
    placing = program;
    for (unsigned i = 0; i < acts && !placing.bad; i++) {
        act_place(&placing, i);
    }
    if (placing.bad) {
        return REFUSED_MALFORMED;
    }
    make_code_visible(acts);
    tlb_flush();
    acts_perform(&(struct acts){.program = &program, .count = acts, .log = log});
    act_put_back();
    for (unsigned slot = 0; slot < WINDOW_SLOTS; slot++) {
        window_default(slot);
    }
    tlb_flush();
    log_arena(log);
    return 0;
}
