/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of seL4's user interface that a Microkit protection domain can use. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#include <interfaces/sel4_client.h>
#include <sel4/config.h>
#include <sel4/constants.h>
#include <sel4/debug.h>
#include <sel4/errors.h>
#include <sel4/faults.h>
#include <sel4/functions.h>
#include <sel4/invocation.h>
#include <sel4/simple_types.h>
#include <sel4/syscall.h>
#include <sel4/syscalls.h>
#include <sel4/types.h>

#ifdef __cplusplus
}
#endif
