/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers and device registers. */
#pragma once

#include <stdint.h>

#define read_register(name)                                \
    ({                                                     \
        uint64_t value_;                                   \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
    })

#define write_register(name, value) \
    __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")

static inline void isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

static inline void unmask_interrupts(void)
{
    __asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline void mask_interrupts(void)
{
    __asm__ volatile("msr daifset, #2" : : : "memory");
}

static inline uint32_t read32(uintptr_t address)
{
    uint32_t value;
    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void write32(uintptr_t address, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}
