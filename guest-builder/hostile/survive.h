/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts what happens and goes on after it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct counters {
    uint64_t tried;
    /** Instruction and data aborts, and misaligned PCs. */
    uint64_t aborts;
    uint64_t undefined;
    /** Any other exception, SErrors among them. */
    uint64_t others;
    /** Results that are not what the architecture says. */
    uint64_t wrong;
};

/** Of the phase that runs. The exception handler counts in it. */
extern volatile struct counters counters;

/** Set by every exception; whoever wants to know clears it first. */
extern volatile bool faulted;

/** Counters back to zero. */
void phase_begin(void);

/** Prints the phase's counters as one line and adds `wrong` to the whole. */
void phase_end(const char *name);

/** All that was wrong in every phase. */
uint64_t wrong_in_all(void);

/** Counts and prints (for the first few) a wrong result. */
void report_wrong(const char *what, uint64_t where, uint64_t got, uint64_t expected);

/** Next of a fixed sequence of pseudo-random numbers. */
uint64_t wild(void);
