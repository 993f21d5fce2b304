/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe: a guest that executes commands, one instruction at a time.
 *
 * Each vCPU has a mailbox. The commander (the agent in the VMM, or the agent at EL2 of a bare
 * machine) puts general-purpose registers and the address of an instruction there. The probe loads
 * the registers, executes the instruction, and stores the registers and how it ended. All steps are
 * made of such commands.
 *
 * It runs with MMU and caches off, at EL1h with all interrupts masked.
 */
#pragma once

#define PROBE_VCPUS        4
#define PROBE_MAILBOX_SIZE 0x200
/* Offsets in the probe's memory of mailboxes and code, which are apart from the program. */
#define PROBE_MAILBOXES 0x8000

/* Offsets in a mailbox. */
#define MAILBOX_X        0x000 /* x0 to x30 */
#define MAILBOX_SP       0x0f8 /* SP_EL1 */
#define MAILBOX_SCRATCH  0x100
#define MAILBOX_CODE     0x110 /* address of the instruction, which the probe's BRK follows */
#define MAILBOX_COMMAND  0x118
#define MAILBOX_ENDED    0x120 /* PROBE_ENDED_... */
#define MAILBOX_VECTOR   0x128 /* offset of the vector from VBAR_EL1 */
#define MAILBOX_ESR      0x130
#define MAILBOX_FAR      0x138
#define MAILBOX_ELR      0x140
#define MAILBOX_SPSR     0x148
#define MAILBOX_PSTATE   0x150 /* at the start of the vCPU */
#define MAILBOX_SCTLR    0x158
#define MAILBOX_STARTED  0x160 /* address after the branch to the probe */
#define MAILBOX_RUN      0x170 /* PSTATE to execute the instruction in */
#define MAILBOX_CONTROL  0x178 /* bits to set in SCTLR_EL1 for the instruction: EE and E0E */
#define MAILBOX_DOORBELL 0x168 /* address whose access stops the vCPU; 0 on a bare machine */

/* MAILBOX_COMMAND */
#define PROBE_EXECUTE 1
#define PROBE_CLEAN                                                                                \
    2 /* the CPU interface as after reset; x0: its address, 0: in system registers; x1: its INTIDs \
       */

/* MAILBOX_ENDED */
#define PROBE_ENDED_START     1 /* the vCPU has just started */
#define PROBE_ENDED_NEXT      2 /* the instruction has completed */
#define PROBE_ENDED_EXCEPTION 3
#define PROBE_ENDED_CLEAN     4

/* Immediate of the BRK after the instruction. */
#define PROBE_BREAK 0xf00d

/* Default PSTATE for instructions: EL1h, with D, A, I and F masked. */
#define PROBE_PSTATE 0x3c5

#ifndef __ASSEMBLER__
#include <stdint.h>

struct mailbox {
    uint64_t x[31];
    uint64_t sp;
    uint64_t scratch[2];
    uint64_t code;
    uint64_t command;
    uint64_t ended, vector, esr, far, elr, spsr;
    uint64_t pstate, sctlr, started;
    uint64_t doorbell;
    uint64_t run, control;
};
_Static_assert(sizeof(struct mailbox) <= PROBE_MAILBOX_SIZE, "a mailbox has its place");
_Static_assert(__builtin_offsetof(struct mailbox, code) == MAILBOX_CODE, "layout of a mailbox");
_Static_assert(__builtin_offsetof(struct mailbox, run) == MAILBOX_RUN, "layout of a mailbox");
#endif
