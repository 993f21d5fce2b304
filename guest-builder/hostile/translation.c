/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses for which a monitor must read the guest's instruction, with a PC that is not the
 * instruction's guest physical address; jumps to nowhere; tables that are nowhere.
 */
#include "forms.h"
#include "gic.h"
#include "guest_board.h"
#include "mmu.h"
#include "phases.h"
#include "survive.h"

#define TABLE         0x3u
#define AF            (1ull << 10)
#define BLOCK         0x1u
#define NORMAL_CACHED (1u << 2)

typedef struct access_result run_form(uintptr_t address, uint64_t data);

/** The same code at its other address. */
static run_form *aliased(const struct form *form)
{
    return (run_form *)((uintptr_t)form->run - GUEST_RAM_BASE / GIB * GIB + CODE_ALIAS);
}

static void try_aliased_forms(uintptr_t address)
{
    for (const struct form *form = forms; form < forms_end; form++) {
        counters.tried++;
        aliased(form)(address, wild());
    }
}

void try_other_addresses(void)
{
    /* False translations of the code, set after the TLB has seen the right one: nothing, foreign
     * RAM, the end of the address space. */
    static const uint64_t lies[] = {
        0,
        ~0ull,
        (4 * GIB) | TABLE,
        0xfffffffff000ull | TABLE,
        GUEST_GICD_BASE | TABLE,
        (GUEST_RAM_BASE + GUEST_RAM_SIZE - 0x1000) | TABLE,
        (GUEST_RAM_BASE + GUEST_RAM_SIZE) | TABLE,
        (2 * GIB) | AF | NORMAL_CACHED | BLOCK,
        (1023 * GIB) | AF | NORMAL_CACHED | BLOCK,
    };

    phase_begin();
    for (unsigned offset = 0; offset < 16; offset++) {
        try_aliased_forms(GUEST_GICD_BASE + NORMAL_ALIAS + 0x400 + offset);
    }
    phase_end("code at another address");

    phase_begin();
    for (unsigned n = 0; n < sizeof(lies) / sizeof(lies[0]); n++) {
        for (const struct form *form = forms; form < forms_end; form++) {
            counters.tried++;
            set_code_alias(right_code_alias());
            aliased(form)(GUEST_RAM_BASE, 0);
            set_code_alias(lies[n]);
            aliased(form)(GUEST_GICD_BASE + NORMAL_ALIAS + 0x400, wild());
        }
    }
    set_code_alias(right_code_alias());
    phase_end("code whose translation lies");
}

void try_jumps(void)
{
    static const uintptr_t places[] = {
        0,
        2,
        GUEST_GICD_BASE,
#if GUEST_GIC_VERSION == 2
        GUEST_GICC_BASE,
#else
        GUEST_GICR_BASE,
#endif
        GUEST_BEYOND_GIC,
        GUEST_RAM_BASE - 4,
        GUEST_RAM_BASE + GUEST_RAM_SIZE,
        GUEST_RAM_BASE + GUEST_RAM_SIZE + 1,
        4 * GIB,
        511 * GIB,
        1ull << 47,
        ~(uintptr_t)3,
    };
    static const uintptr_t tables[] = {
        0,
        4 * GIB,
        GUEST_GICD_BASE,
        GUEST_RAM_BASE + GUEST_RAM_SIZE,
        (1ull << 40) - 0x1000,
        0xfffffffff000ull,
    };

    phase_begin();
    for (unsigned n = 0; n < sizeof(places) / sizeof(places[0]); n++) {
        counters.tried++;
        ((void (*)(void))places[n])();
    }
    phase_end("jumps");

    phase_begin();
    for (unsigned n = 0; n < sizeof(tables) / sizeof(tables[0]); n++) {
        set_high_table(tables[n]);
        for (const struct form *form = forms; form < forms_end; form++) {
            counters.tried++;
            form->run(HIGH_ADDRESSES, wild());
        }
        counters.tried++;
        ((void (*)(void))HIGH_ADDRESSES)();
    }
    phase_end("tables that lie nowhere");
}
