/* SPDX-License-Identifier: BSD-2-Clause */
/* Power State Coordination Interface (Arm DEN 0022) by SMC. */
#pragma once

#include <stdint.h>

#define PSCI_VERSION       0x84000000u
#define PSCI_CPU_SUSPEND   0x84000001u
#define PSCI_CPU_OFF       0x84000002u
#define PSCI_CPU_ON        0xc4000003u
#define PSCI_AFFINITY_INFO 0xc4000004u
#define PSCI_SYSTEM_OFF    0x84000008u
#define PSCI_SYSTEM_RESET  0x84000009u
#define PSCI_FEATURES      0x8400000au

#define PSCI_NOT_SUPPORTED (-1)

static inline uint64_t smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a1;
    register uint64_t x2 __asm__("x2") = a2;
    register uint64_t x3 __asm__("x3") = a3;

    /* SMCCC 1.0 lets the callee change x4 to x17. */
    __asm__ volatile("smc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                     :
                     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
                       "x16", "x17", "memory");
    return x0;
}

/** Does not return if PSCI works. */
void psci_system_off(void);
