/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Emulation of an access from its instruction, in three steps: instruction.c reads the
 * instruction, emulate.c translates addresses and checks permissions, perform.c does the access.
 */
#pragma once

#include "fault/decode.h"
#include "fault/fault.h"
#include "fault/stage1.h"
#include "guest/vcpu.h"

enum {
    EMULATION_PAGE = 0x1000, /* page size of stage 2 */
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
    const void *code; /* address of the instruction */
    uint64_t base;    /* value of the base register */
    uint64_t address; /* of the access */
    size_t registers; /* data registers, or words to clear */
    const struct emulation_part *faulted;
    struct emulation_part
        part[EMULATION_PARTS]; /* the second has 0 bytes if the access is in one page */
};

/* Result of reading an instruction. */
enum instruction_outcome {
    INSTRUCTION_READ,
    INSTRUCTION_AARCH32,   /* not supported */
    INSTRUCTION_NOT_THERE, /* no longer executable; *status has the fault status */
    INSTRUCTION_OTHER      /* not an access */
};
enum instruction_outcome instruction_read(struct emulation *e, uint8_t *status);

/* Registers of the context; 31 reads as 0 and is not written. */
uint64_t instruction_get(struct emulation *e, unsigned n);
void instruction_set(struct emulation *e, unsigned n, uint64_t value);
/* Updates the base register of an instruction with write-back. */
void instruction_write_back(struct emulation *e);

/* Does the access. All of its parts must be translated. */
enum fault_result perform_access(struct emulation *e);

/* Injects a data abort at an address of the access. */
enum fault_result emulation_abort(const struct emulation *e, uint32_t status, uint64_t far);
