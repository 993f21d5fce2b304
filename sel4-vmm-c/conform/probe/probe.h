/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe: a guest that does what it is told, one instruction at a time.
 *
 * Each vCPU has a mailbox. Whoever commands the probe (an agent beside the guest, or the probe's
 * own main on a bare machine) puts general-purpose registers and the address of an instruction
 * there; the probe loads the registers, executes the instruction, and puts back the registers and
 * how it ended. All else is made of that.
 *
 * It runs with MMU and caches off, at EL1h with all interrupts masked.
 */
#pragma once

#define PROBE_VCPUS        4
#define PROBE_MAILBOX_SIZE 0x200
/* Above the start of the probe's memory; program, mailboxes and the code that is executed lie
 * apart. */
#define PROBE_MAILBOXES 0x8000

/* Offsets in a mailbox. */
#define MAILBOX_X        0x000 /* x0 to x30 */
#define MAILBOX_SP       0x0f8 /* SP_EL1 */
#define MAILBOX_SCRATCH  0x100
#define MAILBOX_CODE     0x110 /* address of the instruction; behind it stands a BRK of the probe's */
#define MAILBOX_COMMAND  0x118
#define MAILBOX_ENDED    0x120 /* PROBE_ENDED_... */
#define MAILBOX_VECTOR   0x128 /* offset from VBAR_EL1 of the vector that was taken */
#define MAILBOX_ESR      0x130
#define MAILBOX_FAR      0x138
#define MAILBOX_ELR      0x140
#define MAILBOX_SPSR     0x148
#define MAILBOX_PSTATE   0x150 /* at the start of the vCPU */
#define MAILBOX_SCTLR    0x158
#define MAILBOX_STARTED  0x160 /* address behind the branch that led to the probe */
#define MAILBOX_RUN      0x170 /* PSTATE to execute the instruction in */
#define MAILBOX_DOORBELL 0x168 /* an address where a store stops the vCPU; 0 on a bare machine */

/* MAILBOX_COMMAND */
#define PROBE_EXECUTE 1
#define PROBE_CLEAN                                                                                \
    2 /* the CPU interface as after reset; x0: its address, 0: in system registers; x1: its INTIDs \
       */

/* MAILBOX_ENDED */
#define PROBE_ENDED_START     1 /* the vCPU has just started */
#define PROBE_ENDED_NEXT      2 /* the instruction is done */
#define PROBE_ENDED_EXCEPTION 3
#define PROBE_ENDED_CLEAN     4

/* Comment of the BRK behind the instruction that is executed. */
#define PROBE_BREAK 0xf00d

/* PSTATE in which instructions are executed unless a step says otherwise: EL1h, D, A, I and F
 * masked. */
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
    uint64_t run;
};
_Static_assert(sizeof(struct mailbox) <= PROBE_MAILBOX_SIZE, "a mailbox has its place");
_Static_assert(__builtin_offsetof(struct mailbox, code) == MAILBOX_CODE, "layout of a mailbox");
_Static_assert(__builtin_offsetof(struct mailbox, run) == MAILBOX_RUN, "layout of a mailbox");
#endif
