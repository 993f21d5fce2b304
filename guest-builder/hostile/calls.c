/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls to firmware and hypervisor: SMC and HVC with undefined numbers, PSCI with senseless
 * arguments. */
#include "guest_board.h"
#include "mmu.h"
#include "phases.h"
#include "psci.h"
#include "survive.h"

#define SMCCC_FAST64        0x40000000u
#define PSCI_BASE           0x84000000u
#define PSCI_FUNCTIONS      0x20u
#define PSCI_SYSTEM_SUSPEND 0x8400000eu
#define PSCI_SYSTEM_RESET2  0x84000012u
#define WILD_CALLS          2000u
/** Number of processors to ask for: more than a guest may have. */
#define TARGETS 10u

/** These calls end the guest, as they should, and are not made. */
static bool ends_the_guest(uint64_t function)
{
    switch ((uint32_t)function & ~SMCCC_FAST64) {
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_OFF:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_SYSTEM_SUSPEND:
    case PSCI_SYSTEM_RESET2: return true;
    default: return false;
    }
}

static bool starts_a_processor(uint64_t function)
{
    return ((uint32_t)function | SMCCC_FAST64) == PSCI_CPU_ON;
}

/** A number that SMCCC leaves unused is answered with -1 (DEN 0028, 5.2). */
static void expect_unknown(uint64_t function)
{
    uint64_t answer = smc(function, wild(), wild(), wild());

    counters.tried++;
    if ((uint32_t)answer != (uint32_t)PSCI_NOT_SUPPORTED) {
        report_wrong("SMC", function, answer, (uint64_t)PSCI_NOT_SUPPORTED);
    }
}

void try_smc(void)
{
    phase_begin();
    for (unsigned n = 0; n < WILD_CALLS; n++) {
        uint64_t function = wild();

        if (!ends_the_guest(function) && !starts_a_processor(function)) {
            counters.tried++;
            smc(function, wild(), wild(), wild());
        }
    }
    expect_unknown(0x8f00ff00);
    expect_unknown(0xc500ffff);
    expect_unknown(0xbfffffff);
    expect_unknown(0x84000fff);
    counters.tried += 2;
    __asm__ volatile("mov x0, #0; smc #1; smc #0xffff" : : : "x0", "x1", "x2", "x3", "memory");
    phase_end("SMC");
}

static void hvc(uint64_t number)
{
    register uint64_t x0 __asm__("x0") = wild();
    register uint64_t x1 __asm__("x1") = wild();
    register uint64_t x2 __asm__("x2") = wild();
    register uint64_t x7 __asm__("x7") = number;

    counters.tried++;
    __asm__ volatile("hvc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x7)
                     :
                     : "x3", "x4", "x5", "x6", "memory");
}

/** With x7 = 0, which is not a system call of seL4. */
static void expect_version_by_hvc(void)
{
    register uint64_t x0 __asm__("x0") = PSCI_VERSION;
    register uint64_t x7 __asm__("x7") = 0;

    counters.tried++;
    __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x7) : : "x1", "x2", "x3", "memory");
    if (x0 != smc(PSCI_VERSION, 0, 0, 0)) {
        report_wrong("PSCI_VERSION by HVC", 0, x0, smc(PSCI_VERSION, 0, 0, 0));
    }
}

/*
 * seL4 treats a guest's HVC as a system call with its number in x7. Small negative numbers are real
 * calls. On a kernel built for debugging some of them halt the machine, and a guest cannot be
 * prevented from making them.
 */
void try_hvc(void)
{
    phase_begin();
    for (unsigned n = 0; n < WILD_CALLS; n++) {
        hvc(wild() & INT64_MAX);
    }
    for (uint64_t number = 0; number < 64; number++) {
        hvc(number);
    }
    hvc(1ull << 63);
    expect_version_by_hvc();
    counters.tried++;
    __asm__ volatile("mov x7, #1; hvc #0xffff" : : : "x0", "x1", "x2", "x3", "x7", "memory");
    phase_end("HVC");
}

void try_psci(void)
{
    static const uint64_t entries[] = {
        0,     1,     GUEST_RAM_BASE - 4, GUEST_RAM_BASE + GUEST_RAM_SIZE, GUEST_GICD_BASE, 4 * GIB,
        ~3ull, ~0ull,
    };

    phase_begin();
    for (uint32_t n = 0; n < PSCI_FUNCTIONS; n++) {
        for (uint32_t wide = 0; wide <= SMCCC_FAST64; wide += SMCCC_FAST64) {
            uint64_t function = (PSCI_BASE + n) | wide;

            if (!ends_the_guest(function) && !starts_a_processor(function)) {
                counters.tried++;
                smc(function, wild(), wild(), wild());
            }
        }
    }
    for (uint64_t target = 0; target < TARGETS; target++) {
        counters.tried++;
        smc(PSCI_AFFINITY_INFO, target, wild(), 0);
    }
    /* Processor 0 is this one, and on: no entry point makes it start. */
    for (unsigned n = 0; n < sizeof(entries) / sizeof(entries[0]); n++) {
        for (uint64_t target = 0; target < TARGETS; target++) {
            uint64_t answer = smc(PSCI_CPU_ON, target, entries[n], wild());

            counters.tried++;
            if (target == 0 && (int32_t)answer >= 0) {
                report_wrong("CPU_ON of this processor", entries[n], answer, (uint64_t)-4);
            }
        }
        counters.tried += 2;
        smc(PSCI_CPU_ON, wild(), entries[n], wild());
        smc(PSCI_CPU_ON, ~0ull, entries[n], wild());
    }
    phase_end("PSCI");
}
