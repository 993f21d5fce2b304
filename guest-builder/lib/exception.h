/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/** The vector that was taken. */
enum exception_kind {
    EXCEPTION_SYNCHRONOUS = 0,
    EXCEPTION_FIQ = 1,
    EXCEPTION_SERROR = 2,
    EXCEPTION_LOWER_EL = 3,
};

/** ESR_ELx.EC values (Arm ARM DDI 0487, D17.2.37). */
enum exception_class {
    EC_UNKNOWN = 0x00,
    EC_ILLEGAL_STATE = 0x0e,
    EC_SYSTEM_REGISTER = 0x18,
    EC_INSTRUCTION_ABORT = 0x21,
    EC_PC_ALIGNMENT = 0x22,
    EC_DATA_ABORT = 0x25,
};

/** Saved by vectors.S. The interrupted code continues with the values in it, including changes. */
struct frame {
    uint64_t x[31];
    uint64_t elr;
    uint64_t spsr;
};

/** Every guest defines both. They run with interrupts masked. */
void handle_exception(struct frame *frame, enum exception_kind kind);
void handle_irq(void);
