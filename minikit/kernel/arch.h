/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers, barriers, cache maintenance and exception codes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READ_SYSREG(name)                                  \
    ({                                                     \
        uint64_t value_;                                   \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
    })
#define WRITE_SYSREG(name, value) __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)))

static inline void isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

static inline void dsb(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

static inline void wait_for_interrupt(void)
{
    __asm__ volatile("dsb sy; wfi" : : : "memory");
}

static inline uint32_t read32(uintptr_t address)
{
    return *(volatile uint32_t *)address;
}

static inline void write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

static inline uint64_t read64(uintptr_t address)
{
    return *(volatile uint64_t *)address;
}

static inline void write64(uintptr_t address, uint64_t value)
{
    *(volatile uint64_t *)address = value;
}

/* Cache maintenance by address of [start, start + size): `insn` is "dc civac", "ic ivau", ... */
#define CACHE_LINE 64ul
#define CACHE_RANGE(insn, start, size)                                         \
    do {                                                                       \
        uintptr_t end_ = (uintptr_t)(start) + (size);                          \
        for (uintptr_t line_ = (uintptr_t)(start) & -CACHE_LINE; line_ < end_; \
             line_ += CACHE_LINE)                                              \
            __asm__ volatile(insn ", %0" : : "r"(line_) : "memory");           \
        dsb();                                                                 \
    } while (0)

/* ESR_EL2.EC, exception class (Arm ARM, D17.2.37). */
enum exception_class {
    EC_FP = 0x07,
    EC_SVC64 = 0x15,
    EC_HVC64 = 0x16,
    EC_INSTRUCTION_ABORT = 0x20,
    EC_DATA_ABORT = 0x24,
    EC_BRK64 = 0x3c,
};

static inline enum exception_class esr_class(uint64_t esr)
{
    return (enum exception_class)(esr >> 26 & 0x3f);
}

enum {
    ESR_S1PTW = 1 << 7, /* abort on a walk of the guest's own tables */
    ESR_WRITE = 1 << 6, /* data abort by a write */
};
