/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers: every encoding is read, and those without an owner are also written. */
#include "gic.h"
#include "guest_board.h"
#include "phases.h"
#include "registers.h"
#include "survive.h"

#define MRS_X0              0xd5300000u
#define MSR_X0              0xd5100000u
#define SYS_X0              0xd5080000u
#define RET                 0xd65f03c0u
#define OPERATIONS          (1u << 15) /* op0's low bit, op1, CRn, CRm, op2 */
#define CRN(operation)      (((operation) >> 7) & 0xf)
#define OP0_IS_3(operation) (((operation) >> 14) & 1)

/* CRn of registers and instructions that are IMPLEMENTATION DEFINED (DDI 0487, D17.3.2), and of
 * TLBI. */
#define CRN_IMPLEMENTATION_DEFINED_A 11u
#define CRN_IMPLEMENTATION_DEFINED_B 15u
#define CRN_TLB                      8u

static uint32_t code[OPERATIONS + 1] __attribute__((aligned(4096)));

static uint32_t encoded(uint32_t instruction, uint32_t operation)
{
    uint32_t op0 = operation >> 14;
    uint32_t op1 = (operation >> 11) & 7;
    uint32_t crn = CRN(operation);
    uint32_t crm = (operation >> 3) & 0xf;
    uint32_t op2 = operation & 7;

    return instruction | op0 << 19 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5;
}

static bool implementation_defined(uint32_t operation)
{
    return CRN(operation) == CRN_IMPLEMENTATION_DEFINED_A ||
           CRN(operation) == CRN_IMPLEMENTATION_DEFINED_B;
}

/** Runs the first `count` instructions of `code`, all of which use only x0, with `value` in it. */
static void run_code(uint32_t count, uint64_t value)
{
    register uint64_t x0 __asm__("x0") = value;

    code[count] = RET;
    for (uint32_t n = 0; n <= count; n++) {
        __asm__ volatile("dc cvau, %0" : : "r"(&code[n]) : "memory");
    }
    __asm__ volatile("dsb sy; ic iallu; dsb sy; isb" : : : "memory");
    counters.tried += count;
    __asm__ volatile("blr %1" : "+r"(x0) : "r"(code) : "x30", "memory", "cc");
}

void try_system_registers(void)
{
    uint32_t count = 0;

    phase_begin();
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        code[count++] = encoded(MRS_X0, operation);
    }
    run_code(count, 0);
    phase_end("system registers read");

    phase_begin();
    count = 0;
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        if (OP0_IS_3(operation) && implementation_defined(operation)) {
            code[count++] = encoded(MSR_X0, operation);
        }
        if (!OP0_IS_3(operation) &&
            (implementation_defined(operation) || CRN(operation) == CRN_TLB)) {
            code[count++] = encoded(SYS_X0, operation);
        }
    }
    run_code(count, wild());
    /* Registers of a GICv3, the performance monitors and the debug locks, which may be trapped. */
    counters.tried += 8;
    __asm__ volatile("msr s3_0_c12_c11_5, %0; msr s3_0_c12_c11_6, %0; msr s3_0_c12_c11_7, %0;"
                     "msr s3_0_c12_c12_1, %0; msr pmcr_el0, %0; msr actlr_el1, %0;"
                     "msr oslar_el1, xzr; msr s2_0_c1_c3_4, xzr"
                     :
                     : "r"(wild()));
    phase_end("system registers written");
}

void try_timers(void)
{
    phase_begin();
    /* Both timers fire at once and stay asserted, with their interrupts first enabled and then
     * disabled. */
    for (unsigned enabled = 0; enabled < 2; enabled++) {
        gic_reset();
        if (enabled) {
            write32(GIC_PRIVATE(GICD_ISENABLER(0)), 0xffffffff);
        }
        for (unsigned round = 0; round < 1000; round++) {
            counters.tried++;
            write_register(cntp_cval_el0, 0);
            write_register(cntv_cval_el0, 0);
            write_register(cntp_ctl_el0, 1);
            write_register(cntv_ctl_el0, 1);
            isb();
            write_register(cntp_ctl_el0, round & 3);
            write_register(cntv_ctl_el0, round & 3);
        }
        write_register(cntp_ctl_el0, 0);
        write_register(cntv_ctl_el0, 0);
        isb();
    }
    phase_end("timers");
}
