/* SPDX-License-Identifier: BSD-2-Clause */
/* Data that parent and child share about the child's next fault. */
#pragma once

#include <microkit.h>

struct shared {
    volatile seL4_Word wrong;  /* which of `enum wrong` the child is to do */
    volatile seL4_Word pc, sp; /* of the instruction that is wrong */
    volatile seL4_Word x0, x1; /* after a system call that went on */
};

enum wrong {
    READ_UNMAPPED,
    WRITE_UNMAPPED,
    READ_NULL,
    READ_BEYOND_40_BITS,
    WRITE_CODE,
    RUN_UNMAPPED,
    RUN_DATA,
    RUN_MISALIGNED,
    UNDEFINED,
    BREAKPOINT,
    HYPERVISOR_CALL,
    SECURE_CALL,
    SYSTEM_REGISTER,
    VIRTUAL_COUNTER,
    UNKNOWN_CALL,
    SEND_NO_SLOT,
    RECEIVE_EMPTY,
    RECEIVE_NO_REPLY,
    RECEIVE_OTHERS,
    SEND_EXTRA_NO_SLOT,
    WRONGS,
};
