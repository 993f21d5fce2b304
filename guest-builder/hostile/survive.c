/* SPDX-License-Identifier: BSD-2-Clause */
#include "survive.h"
#include "console.h"
#include "exception.h"
#include "registers.h"

#define SHOWN_WRONG      10u
#define INSTRUCTION_SIZE 4u
#define ESR_EC(esr)      (((esr) >> 26) & 0x3f)

volatile struct counters counters;
volatile bool faulted;

static uint64_t all_wrong;

void handle_exception(struct frame *frame, enum exception_kind kind)
{
    unsigned class = ESR_EC(read_register(esr_el1));

    faulted = true;
    if (kind != EXCEPTION_SYNCHRONOUS) {
        /* Asynchronous: the interrupted instruction is not to blame and is not skipped. */
        counters.others++;
        return;
    }
    switch (class) {
    case EC_INSTRUCTION_ABORT:
    case EC_PC_ALIGNMENT:
        /* A jump to nowhere was a call: continue at its return address. */
        counters.aborts++;
        frame->elr = frame->x[30];
        return;
    case EC_DATA_ABORT: counters.aborts++; break;
    case EC_UNKNOWN: counters.undefined++; break;
    default: counters.others++; break;
    }
    frame->elr += INSTRUCTION_SIZE;
}

void phase_begin(void)
{
    counters = (struct counters){0};
}

static void put_count(uint64_t count, const char *what)
{
    put_decimal(count);
    put_string(what);
}

void phase_end(const char *name)
{
    put_string("hostile: ");
    put_string(name);
    put_string(": ");
    put_count(counters.tried, " tried, ");
    put_count(counters.aborts, " aborts, ");
    put_count(counters.undefined, " undefined, ");
    put_count(counters.others, " others, ");
    put_count(counters.wrong, " wrong\n");
    all_wrong += counters.wrong;
}

uint64_t wrong_in_all(void)
{
    return all_wrong;
}

void report_wrong(const char *what, uint64_t where, uint64_t got, uint64_t expected)
{
    counters.wrong++;
    if (counters.wrong > SHOWN_WRONG) {
        return;
    }
    put_string("hostile: wrong: ");
    put_string(what);
    put_string(" at ");
    put_hex(where);
    put_string(": got ");
    put_hex(got);
    put_string(", expected ");
    put_hex(expected);
    put_string("\n");
}

uint64_t wild(void)
{
    /* Knuth's MMIX constants. The low bits are poor, so the high ones are folded in. */
    static uint64_t state = 1;

    state = state * 6364136223846793005u + 1442695040888963407u;
    return state ^ (state >> 32);
}
