/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of the one UART that a program drives. */
#pragma once

#include <stdint.h>

static uintptr_t registers;

static inline uint32_t get(uintptr_t offset)
{
    return *(volatile uint32_t *)(registers + offset);
}

static inline void set(uintptr_t offset, uint32_t value)
{
    *(volatile uint32_t *)(registers + offset) = value;
}
