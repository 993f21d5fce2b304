/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysregs.h"
#include "registers.h"
#include "tables.h"
#include <differential_protocol.h>

/* In TCR_EL1: T0SZ, EPD0, IRGN0, ORGN0, SH0, TG0 and TBI0. */
#define TCR_LOWER_HALF (0xffbfull | 1ull << 37)
/* The same fields for the upper half, without A1. */
#define TCR_UPPER_HALF (0xffbf0000ull | 1ull << 38)
#define SCTLR_M        1u

static uint64_t usual[WATCHED_COUNT];
static uint64_t usual_mdscr, usual_cpacr, usual_cntkctl;
static uint32_t overridden; /* a bit for each identity, from REGISTER_SCTLR on */

static void unlock_debug(void)
{
    write_register(oslar_el1, 0);
    isb();
}

void sysregs_start(void)
{
#define REMEMBER(index, name) usual[index] = read_register(name);
    FOR_EACH_WATCHED(REMEMBER)
#undef REMEMBER
    usual_mdscr = read_register(mdscr_el1);
    usual_cpacr = read_register(cpacr_el1);
    usual_cntkctl = read_register(cntkctl_el1);
}

void sysregs_take_over(void)
{
#define TAKE_OVER(index, name) write_register(name, usual[index]);
    FOR_EACH_WATCHED(TAKE_OVER)
#undef TAKE_OVER
    write_register(cntv_ctl_el0, 0);
    isb();
}

void sysreg_override(struct context *context, unsigned id, uint64_t value)
{
    overridden |= 1u << (id - REGISTER_SCTLR);
    switch (id) {
    case REGISTER_SCTLR: context->sctlr ^= value; break;
    case REGISTER_MDSCR:
        unlock_debug();
        write_register(mdscr_el1, value);
        break;
    case REGISTER_CPACR: write_register(cpacr_el1, value); break;
    case REGISTER_CNTKCTL: write_register(cntkctl_el1, value); break;
    case REGISTER_TTBR0: write_register(ttbr0_el1, value); break;
    case REGISTER_TCR:
        write_register(tcr_el1, (translation.tcr & ~TCR_LOWER_HALF) | (value & TCR_LOWER_HALF));
        break;
    case REGISTER_CONTEXTIDR: write_register(contextidr_el1, value); break;
    case REGISTER_TTBR1: context->ttbr1 = value; break;
    case REGISTER_TCR1:
        context->tcr = (translation.tcr & ~TCR_UPPER_HALF) | (value & TCR_UPPER_HALF);
        break;
    case REGISTER_DBGBVR: write_register(dbgbvr0_el1, value); break;
    case REGISTER_DBGBCR: write_register(dbgbcr0_el1, value); break;
    case REGISTER_DBGWVR: write_register(dbgwvr0_el1, value); break;
    case REGISTER_DBGWCR: write_register(dbgwcr0_el1, value); break;
    default: break;
    }
    if ((context->sctlr & SCTLR_M) == 0 || id == REGISTER_TTBR1) {
        context->low = 1;
    }
    isb();
    if (id == REGISTER_TTBR0 || id == REGISTER_TCR) {
        tlb_flush();
    }
}

static bool was_overridden(unsigned id)
{
    return (overridden >> (id - REGISTER_SCTLR) & 1) != 0;
}

void sysregs_put_back(void)
{
    if (overridden == 0) {
        return;
    }
    if (was_overridden(REGISTER_DBGBCR)) {
        write_register(dbgbcr0_el1, 0);
        write_register(dbgbvr0_el1, 0);
    }
    if (was_overridden(REGISTER_DBGWCR)) {
        write_register(dbgwcr0_el1, 0);
        write_register(dbgwvr0_el1, 0);
    }
    if (was_overridden(REGISTER_MDSCR)) {
        write_register(mdscr_el1, usual_mdscr);
    }
    if (was_overridden(REGISTER_CPACR)) {
        write_register(cpacr_el1, usual_cpacr);
    }
    if (was_overridden(REGISTER_CNTKCTL)) {
        write_register(cntkctl_el1, usual_cntkctl);
    }
    if (was_overridden(REGISTER_CONTEXTIDR)) {
        write_register(contextidr_el1, 0);
    }
    if (was_overridden(REGISTER_TTBR0) || was_overridden(REGISTER_TCR)) {
        write_register(ttbr0_el1, translation.low_root);
        write_register(tcr_el1, translation.tcr);
        isb();
        tlb_flush();
    }
    isb();
    overridden = 0;
}

void sysregs_log(struct writer *log)
{
    uint64_t now[WATCHED_COUNT];
    uint64_t changed = 0;

#define LOOK(index, name)                   \
    now[index] = read_register(name);       \
    if (now[index] != usual[index]) {       \
        changed |= 1ull << (index);         \
        write_register(name, usual[index]); \
    }
    FOR_EACH_WATCHED(LOOK)
#undef LOOK
    isb();
    write_number(log, changed);
    for (unsigned i = 0; i < WATCHED_COUNT; i++) {
        if ((changed >> i & 1) != 0) {
            write_number(log, now[i]);
        }
    }
}
