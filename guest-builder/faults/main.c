/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults as a guest sees them. Every line that it prints must be the same on a bare machine and
 * under a VMM; test/qemu/faults.test.ts compares them.
 */
#include "console.h"
#include "exception.h"
#include "psci.h"
#include "registers.h"
#include "repro.h"
#include "scenes.h"
#include "stage1.h"

/** 1: only the scene that uses debug registers, which not every kernel switches between guests. */
#ifndef FAULTS_STEPS
#define FAULTS_STEPS 0
#endif

#define EC(esr)                     ((esr) >> 26 & 0x3f)
#define EC_INSTRUCTION_ABORT_OF_EL0 0x20
#define EC_DATA_ABORT_OF_EL0        0x24
#define EC_PC                       0x22
#define FNV                         (1u << 10)

void tell(const char *what, const struct attempt *attempt)
{
    uint64_t class = EC(attempt->esr);
    uint64_t same_level = class & ~1ull;

    put_string("repro: ");
    put_string(what);
    put_string(": ESR ");
    put_hex(attempt->esr);
    if ((same_level == EC_INSTRUCTION_ABORT_OF_EL0 || same_level == EC_DATA_ABORT_OF_EL0 ||
         class == EC_PC) &&
        !(attempt->esr & FNV)) {
        put_string(" FAR ");
        put_hex(attempt->far);
    }
    put_string("\n");
}

int main(void)
{
#if FAULTS_STEPS
    static void (*const scenes[])(void) = {scene_steps};
#else
    static void (*const scenes[])(void) = {scene_pairs, scene_sizes, scene_walks, scene_pstate};
#endif

    repro_begin();
    stage1_init();
    for (unsigned n = 0; n < sizeof(scenes) / sizeof(scenes[0]); n++) {
        scenes[n]();
    }
    repro_end();
    return 0;
}

/* An unexpected exception ends the run; the missing lines show that. */
void handle_exception(struct frame *frame, enum exception_kind kind)
{
    repro("unexpected exception of kind", kind);
    repro("ESR", read_register(esr_el1));
    repro("ELR", frame->elr);
    repro("FAR", read_register(far_el1));
    repro_end();
    psci_system_off();
}

void handle_irq(void) {}
