/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts exceptions and continues after them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct counters {
    uint64_t tried;
    /** Instruction and data aborts, and misaligned PCs. */
    uint64_t aborts;
    uint64_t undefined;
    /** All other exceptions, including SErrors. */
    uint64_t others;
    /** Results that differ from the architecture. */
    uint64_t wrong;
};

/** Counters of the current phase, updated by the exception handler. */
extern volatile struct counters counters;

/** Set by every exception; cleared by the code that checks it. */
extern volatile bool faulted;

/** Resets the counters. */
void phase_begin(void);

/** Prints the phase's counters as one line and adds `wrong` to the total. */
void phase_end(const char *name);

/** The number of wrong results in all phases. */
uint64_t wrong_in_all(void);

/** Counts a wrong result, and prints the first few. */
void report_wrong(const char *what, uint64_t where, uint64_t got, uint64_t expected);

/** The next number of a fixed pseudo-random sequence. */
uint64_t wild(void);
