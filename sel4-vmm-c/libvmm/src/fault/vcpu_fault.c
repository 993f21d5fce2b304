/* SPDX-License-Identifier: BSD-2-Clause */
/* Trapped instructions, by exception class. */
#include "fault/fault.h"
#include "guest/vcpu.h"
#include "kernel.h"

enum {
    TI_WFI, /* WFE, WFIT, WFET: see below */
    TI_MASK = 3
};

/*
 * WFI, WFE, WFIT or WFET. All but WFI complete at once, as if an event had come or the time were
 * up. The architecture permits that (Arm ARM, D1.7.1). The vCPU that a WFE waits for may share the
 * core, and then runs at the end of this one's time slice; on another core it runs anyway, and its
 * SEV does not reach the VMM. The timeout of WFIT cannot wake a vCPU (guest/wait.c).
 */
static enum fault_result wait_instruction(size_t vcpu_id, uint32_t esr)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_SPSR + 1, word);
    if ((esr & TI_MASK) == TI_WFI)
        return vcpu_wait(vcpu_id, word) ? FAULT_RESUME : FAULT_HOLD;
    advance_from(vcpu_id, word[CONTEXT_PC], word, false);
    return FAULT_RESUME;
}

static enum fault_result secure_monitor_call(size_t vcpu_id, uint32_t esr)
{
    (void)esr; /* the immediate is ignored; SMCCC 2.9 requires 0 */
    return psci_call(vcpu_id);
}

static const struct {
    uint8_t class;
    enum fault_result (*handle)(size_t vcpu_id, uint32_t esr);
} classes[] = {
    {EC_WFX, wait_instruction},
    {EC_SMC64, secure_monitor_call},
    {EC_SYSREG, sysreg_access},
};

/* Features that seL4 traps and that have no handler (SVE, AArch32 coprocessors, ...) are absent. */
enum fault_result vcpu_fault(size_t vcpu_id, uint32_t esr)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (classes[i].class == esr >> ESR_EC_SHIFT)
            return classes[i].handle(vcpu_id, esr);
    }
    return inject_undefined(vcpu_id);
}
