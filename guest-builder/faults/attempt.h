/* SPDX-License-Identifier: BSD-2-Clause */
/* Executes an instruction at any exception level and returns, whatever the instruction does. */
#pragma once

#include <stdint.h>

/** PSTATE in which to execute it: debug exceptions, SError, IRQ and FIQ are masked in each. */
#define MASKED 0x3c0u
#define EL0T   (MASKED | 0x0u)
#define EL1T   (MASKED | 0x4u)
#define EL1H   (MASKED | 0x5u)

/** attempt.S depends on the layout. */
struct attempt {
    uint64_t entry;
    uint64_t pstate;
    /** Registers x0 to x7, before and after. */
    uint64_t x[8];
    /** The exception that ended it: the vector's offset, and the system registers of EL1. */
    uint64_t vector, esr, far, elr, spsr;
    /** NZCV, DAIF and SPSel in the vector, in the format of SPSR_EL1. */
    uint64_t entered;
};

/** Returns after the first exception. The snippets end themselves with an SVC. */
void attempt(struct attempt *attempt);

/** Snippets: one instruction each, then `svc #0`. They have their own page. */
extern const char snippets[], snippets_end[];
extern const char stp_w1_w2_x0[], ldp_w1_w2_x0[], str_w1_x0[], ldr_w1_x0[], stp_x1_x2_x0[],
    ldp_x1_x2_x0[], sttr_w1_x0[], ldtr_w1_x0[], stp_post_x0[], str_q0_x0[], dc_zva_x0[],
    dc_civac_x0[], dc_cvac_x0[], ic_ivau_x0[], at_s1e1r_x0[], at_s1e0w_x0[], stp_zr_x0[],
    undefined[], branch_x0[], str_wzr_x0[], smc_0[];
