/* SPDX-License-Identifier: BSD-2-Clause */
/* What the child tells its parent before it does something wrong. */
#pragma once

#include <microkit.h>

struct shared {
    volatile seL4_Word wrong;    /* which thing to do: parent to child */
    volatile seL4_Word pc, sp;   /* of the instruction that is wrong */
    volatile seL4_Word x0, x1;   /* registers after it, where it went on */
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
    SEND_EXTRA_NO_SLOT,
    WRONGS,
};
