/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <microkit.h>

/* The command that the parent's notification carries. */
enum order {
    COUNT,
    CALL,
    FAULT,
    SPIN,
};

struct shared {
    volatile enum order order;
    volatile seL4_Word notified, answered, faulted, spun; /* how often the child got there */
};
