/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting, stopping and waking vCPUs. */
#include "guest/vcpu.h"
#include "guest/timer.h"
#include "kernel_inject.h"
#include "pstate.h"
#include <libvmm/util/util.h>

/* EL1 after reset. SCTLR_EL1 is that of a Cortex-A53: MMU and caches off, RES1 bits set. */
static const struct {
    seL4_VCPUReg reg;
    uint64_t value;
} reset_values[] = {
    {seL4_VCPUReg_SCTLR, 0x00c50838},
    {seL4_VCPUReg_CPACR, 0},
    {seL4_VCPUReg_TTBR0, 0},
    {seL4_VCPUReg_TTBR1, 0},
    {seL4_VCPUReg_TCR, 0},
    {seL4_VCPUReg_MAIR, 0},
    {seL4_VCPUReg_AMAIR, 0},
    {seL4_VCPUReg_CIDR, 0},
    {seL4_VCPUReg_ACTLR, 0},
    {seL4_VCPUReg_AFSR0, 0},
    {seL4_VCPUReg_AFSR1, 0},
    {seL4_VCPUReg_ESR, 0},
    {seL4_VCPUReg_FAR, 0},
    {seL4_VCPUReg_VBAR, 0},
    {seL4_VCPUReg_TPIDR_EL1, 0},
    {seL4_VCPUReg_SP_EL1, 0},
    {seL4_VCPUReg_ELR_EL1, 0},
    {seL4_VCPUReg_SPSR_EL1, 0},
    {seL4_VCPUReg_CNTV_CTL, 0},
    {seL4_VCPUReg_CNTV_CVAL, 0},
    {seL4_VCPUReg_CNTVOFF, 0},
    {seL4_VCPUReg_CNTKCTL_EL1, 0},
};

const uint8_t context_gpr[31] = {
    3,  4,  5,  6,  7,  8,  9,  10, 11,     /* x0 to x8 */
    17, 18, 19, 20, 21, 22, 23,             /* x9 to x15 */
    12, 13, 14,                             /* x16 to x18 */
    24, 25, 26, 27, 28, 29, 30, 31, 32, 33, /* x19 to x28 */
    15, 16,                                 /* x29, x30 */
};

struct guest guest;
struct kernel_ride kernel_ride;

void vcpu_start(size_t vcpu_id, uint64_t pc, uint64_t x0, enum vcpu_state state)
{
    struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    kernel_suspend(vcpu_id);
    for (size_t i = 0; i < sizeof(reset_values) / sizeof(reset_values[0]); i++)
        kernel_write_vcpu(vcpu_id, reset_values[i].reg, reset_values[i].value);
    kernel_write_vcpu(vcpu_id, seL4_VCPUReg_VMPIDR_EL2, vcpu_mpidr(vcpu_id));

    vcpu->state = state;
    vcpu->is_used = true;
    vcpu->exclusive.armed = false;
    vcpu->starts++;
    vcpu->changes++;
    for (int i = CONTEXT_X1; i < CONTEXT_WORDS; i++)
        seL4_SetMR(i + 2, 0);
    seL4_SetMR(CONTEXT_SPSR + 2, PSTATE_M_EL1H | PSTATE_DAIF);
    seL4_SetMR(CONTEXT_X0 + 2, x0);
    kernel_write_context(vcpu_id, CONTEXT_WORDS, pc, 0, vcpu_may_run(vcpu_id));
}

void vcpu_off(size_t vcpu_id)
{
    struct vcpu *vcpu = &guest.vcpu[vcpu_id];
    vcpu->state = VCPU_OFF;
    vcpu->starts++;
    vcpu->changes++;
    kernel_suspend(vcpu_id);
}

void vcpu_resume_all(void)
{
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        if (!vcpu_may_run(i))
            continue;
        kernel_resume(i);
        vtimer_event_dropped(i);
    }
}

/* Once in the life of the VMM: a guest could otherwise have it printed without end. */
static bool registers_missed;

void vcpu_need_registers(size_t vcpu_id)
{
    if (registers_missed || !(vmm_config.vcpus_elsewhere >> vcpu_id & 1))
        return;
    registers_missed = true;
    LOG_VMM_ERR(
        "vCPU %zu runs on another core than the VMM, and seL4 (readVCPUReg) does not "
        "access the EL1 registers of a vCPU that is loaded there: the guest takes exceptions "
        "from the VMM at a wrong address, and its page tables are not found\n",
        vcpu_id);
}
