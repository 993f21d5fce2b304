/* SPDX-License-Identifier: BSD-2-Clause */
/* Every way in which an A64 instruction of Armv8.0 accesses memory, as a table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The result of an access: the first loaded register, and the base register. */
struct access_result {
    uint64_t value;
    uint64_t base;
};

enum form_flags {
    FORM_LOAD = 1 << 0,      /* `value` is the loaded value */
    FORM_SIGNED_32 = 1 << 1, /* sign-extended to 32 bits, the upper half zero */
    FORM_SIGNED_64 = 1 << 2, /* sign-extended to 64 bits */
    FORM_STORE = 1 << 3,
    FORM_EXCLUSIVE = 1 << 4, /* may do nothing (store) or need RAM (load) */
    FORM_VECTOR = 1 << 5,    /* uses registers that a monitor may be unable to access */
};

struct form {
    /** Performs the access at `address`; a store stores `data`. */
    struct access_result (*run)(uintptr_t address, uint64_t data);
    const char *name;
    /** Bytes of one register that is loaded or stored. */
    uint32_t size;
    uint32_t flags;
    /** The amount that the access adds to its base register. */
    int64_t write_back;
};

extern const struct form forms[];
extern const struct form forms_end[];
