/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An access that is done from its instruction, in three parts: instruction.c reads what it does,
 * emulate.c finds where it goes and whether it may, perform.c does it.
 */
#pragma once

#include "fault/decode.h"
#include "fault/fault.h"
#include "fault/stage1.h"
#include "guest/vcpu.h"

enum {
    EMULATION_PAGE = 0x1000, /* of stage 2 */
    EMULATION_PARTS = 2
};

/* The part of an access that lies in one page. */
struct emulation_part {
    uint64_t va;
    size_t bytes;
    struct stage1_place place;
};

struct emulation {
    const struct vm_fault *fault;
    struct vcpu *vcpu;
    seL4_UserContext regs;
    struct stage1 stage1;
    struct access_insn insn;
    const void *code; /* where the instruction lies */
    uint64_t base;    /* value of the base register */
    uint64_t address; /* of the access */
    size_t registers; /* that it moves, or words that it clears */
    const struct emulation_part *faulted;
    struct emulation_part
        part[EMULATION_PARTS]; /* the second has no bytes where all is in one page */
};

/* What reading an instruction comes to. */
enum instruction_outcome {
    INSTRUCTION_READ,
    INSTRUCTION_AARCH32,   /* is not understood */
    INSTRUCTION_NOT_THERE, /* the CPU may not execute it any more: *status says why */
    INSTRUCTION_OTHER      /* accesses nothing */
};
enum instruction_outcome instruction_read(struct emulation *e, uint8_t *status);

/* Registers of the context; 31 reads as 0 and is not written. */
uint64_t instruction_get(struct emulation *e, unsigned n);
void instruction_set(struct emulation *e, unsigned n, uint64_t value);
/* Adds to the base register what the instruction says. */
void instruction_write_back(struct emulation *e);

/* Does the access, all of whose parts have their places. */
enum fault_result perform_access(struct emulation *e);

/* A data abort at an address of the access. */
enum fault_result emulation_abort(const struct emulation *e, uint32_t status, uint64_t far);
