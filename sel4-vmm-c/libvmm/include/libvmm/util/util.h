/* SPDX-License-Identifier: BSD-2-Clause */
/* Log lines, assertions and small macros, as used by the examples of au-ts/libvmm 0.1.0. */
#pragma once

#include <libvmm/util/printf.h>
#include <microkit.h>
#include <stddef.h>
#include <stdint.h>

#ifndef GUEST_VCPU_ID
#define GUEST_VCPU_ID 0 /* the vCPU that boots the guest */
#endif

#ifndef GUEST_NUM_VCPUS
#define GUEST_NUM_VCPUS 1
#endif

/* Words of seL4_UserContext. */
#define SEL4_USER_CONTEXT_SIZE (sizeof(seL4_UserContext) / sizeof(seL4_Word))

/** Prints a log line of the protection domain: `NAME|INFO: text`. The format is a literal. */
#define LOG_VMM(...)     vmm_log("INFO", __VA_ARGS__)
#define LOG_VMM_ERR(...) vmm_log("ERROR", __VA_ARGS__)

/** Prints `NAME|LEVEL: ` and the text. Can be called from anywhere. */
void vmm_log(const char *level, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/** Prints memory of this protection domain in hexadecimal, 16 bytes a line. */
void print_mem_hex(uintptr_t address, size_t size);

/** Prints the failed assertion and stops this protection domain with a fault. */
_Noreturn void vmm_assert_failed(const char *assertion, const char *file, unsigned line);

#ifndef assert
#ifdef CONFIG_DEBUG_BUILD
#define assert(condition) \
    ((condition) ? (void)0 : vmm_assert_failed(#condition, __FILE__, __LINE__))
#else
#define assert(condition) ((void)(condition))
#endif
#endif

#ifndef static_assert
#define static_assert _Static_assert
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);
