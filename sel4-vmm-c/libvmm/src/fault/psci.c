/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI 1.1 (DEN0022) and SMCCC 1.1 (DEN0028) by SMC. The function id is in w0, arguments are in x1
 * to x3, the result is in x0. Other registers are preserved.
 */
#include "fault/fault.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "pstate.h"

enum {
    PSCI_SUCCESS = 0,
    PSCI_NOT_SUPPORTED = -1,
    PSCI_INVALID_PARAMETERS = -2,
    PSCI_ALREADY_ON = -4,
    PSCI_INVALID_ADDRESS = -9,

    PSCI_VERSION_1_1 = 0x10001,
    SMCCC_VERSION_1_1 = 0x10001,
    AFFINITY_ON = 0,
    AFFINITY_OFF = 1,
    MIGRATE_NOT_NEEDED = 2, /* no Trusted OS to migrate */

    AFFINITY_LEVELS = 4,

    /* power_state, in the original format */
    POWERDOWN = 1 << 16,
    POWER_STATE_OTHER = 0xfffe0000, /* reserved bits, and power levels above that of the vCPU */

    SMC64 = 1 << 30
};

struct call {
    size_t vcpu_id;
    uint64_t argument[3];
    bool gone;  /* the caller does not return */
    bool waits; /* it returns when WFI would */
};

static int64_t psci_version(struct call *call)
{
    (void)call;
    return PSCI_VERSION_1_1;
}

static int64_t smccc_version(struct call *call)
{
    (void)call;
    return SMCCC_VERSION_1_1;
}

static int64_t migrate_info_type(struct call *call)
{
    (void)call;
    return MIGRATE_NOT_NEEDED;
}

static bool is_entry(uint64_t address)
{
    return address % INSTRUCTION_BYTES == 0 && address >= vmm_config.ram_ipa &&
           address - vmm_config.ram_ipa < vmm_config.ram_size;
}

/*
 * Standby is WFI. So is powerdown: the caller must be ready to continue after the call with all
 * state intact, as when an interrupt is pending (DEN0022, 5.4.2).
 */
static int64_t cpu_suspend(struct call *call)
{
    uint32_t power_state = (uint32_t)call->argument[0];
    if (power_state & POWER_STATE_OTHER)
        return PSCI_INVALID_PARAMETERS;
    if (power_state & POWERDOWN && !is_entry(call->argument[1]))
        return PSCI_INVALID_ADDRESS;
    call->waits = true;
    return PSCI_SUCCESS;
}

static int64_t cpu_off(struct call *call)
{
    call->gone = true;
    guest_cpu_off(call->vcpu_id);
    return PSCI_SUCCESS;
}

/* The vCPU with an affinity in the format of MPIDR_EL1, other fields zero; vmm_config.vcpus if
 * there is none. */
static size_t vcpu_of(uint64_t affinity)
{
    return affinity < vmm_config.vcpus ? (size_t)affinity : vmm_config.vcpus;
}

static int64_t cpu_on(struct call *call)
{
    size_t target = vcpu_of(call->argument[0]);
    uint64_t entry = call->argument[1];
    if (target == vmm_config.vcpus)
        return PSCI_INVALID_PARAMETERS;
    if (!is_entry(entry))
        return PSCI_INVALID_ADDRESS;
    if (vcpu_is_on(target))
        return PSCI_ALREADY_ON;
    vcpu_start(target, entry, call->argument[2], VCPU_ON);
    gic_update_cpu(target); /* interrupts that waited for it */
    return PSCI_SUCCESS;
}

/* Levels above 0 contain every vCPU, and the caller is on. */
static int64_t affinity_info(struct call *call)
{
    uint64_t level = call->argument[1];
    uint64_t below = level < AFFINITY_LEVELS ? (UINT64_C(1) << 8 * level) - 1 : 0;
    size_t target = vcpu_of(call->argument[0] & ~below);
    if (level >= AFFINITY_LEVELS || target == vmm_config.vcpus)
        return PSCI_INVALID_PARAMETERS;
    return level > 0 || vcpu_is_on(target) ? AFFINITY_ON : AFFINITY_OFF;
}

static int64_t system_off(struct call *call)
{
    call->gone = true;
    guest_ended(GUEST_SYSTEM_OFF);
    return PSCI_SUCCESS;
}

static int64_t system_reset(struct call *call)
{
    call->gone = true;
    guest_ended(GUEST_SYSTEM_RESET);
    return PSCI_SUCCESS;
}

static int64_t psci_features(struct call *call);
static int64_t smccc_arch_features(struct call *call);

static const struct function {
    uint32_t id;
    bool has_arguments;
    bool also_smc64;
    int64_t (*call)(struct call *call);
} functions[] = {
    {0x84000000, false, false, psci_version},
    {0x84000001, true, true, cpu_suspend},
    {0x84000002, false, false, cpu_off},
    {0x84000003, true, true, cpu_on},
    {0x84000004, true, true, affinity_info},
    {0x84000006, false, false, migrate_info_type},
    {0x84000008, false, false, system_off},
    {0x84000009, false, false, system_reset},
    {0x8400000a, true, false, psci_features},
    {0x80000000, false, false, smccc_version},
    {0x80000001, true, false, smccc_arch_features},
};

static const struct function *find(uint32_t id)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (id == functions[i].id || (functions[i].also_smc64 && id == (functions[i].id | SMC64)))
            return &functions[i];
    }
    return NULL;
}

/* The flags of CPU_SUSPEND are 0 too: original format of power_state, no OS-initiated mode. Of the
 * Arm Architecture calls, PSCI_FEATURES covers only SMCCC_VERSION (DEN0022, 5.15). */
static int64_t psci_features(struct call *call)
{
    const struct function *function = find((uint32_t)call->argument[0]);
    return function && function->call != smccc_arch_features ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static int64_t smccc_arch_features(struct call *call)
{
    const struct function *function = find((uint32_t)call->argument[0]);
    return function && (function->call == smccc_version || function->call == smccc_arch_features)
               ? PSCI_SUCCESS
               : PSCI_NOT_SUPPORTED;
}

enum fault_result psci_call(size_t vcpu_id)
{
    seL4_Word word[4];
    kernel_read_context(vcpu_id, CONTEXT_X0 + 1, word);
    const struct function *function = find((uint32_t)word[CONTEXT_X0]);
    struct call call = {.vcpu_id = vcpu_id};
    int64_t result = PSCI_NOT_SUPPORTED;
    if (function) {
        if (function->has_arguments) {
            kernel_read_context(vcpu_id, CONTEXT_X3 + 1, word);
            uint64_t mask = word[CONTEXT_X0] & SMC64 ? UINT64_MAX : UINT32_MAX;
            for (int i = 0; i < 3; i++)
                call.argument[i] = seL4_GetMR(CONTEXT_X1 + i) & mask;
        }
        result = function->call(&call);
    }
    if (call.gone)
        return FAULT_HOLD;
    /* pc, sp and pstate precede x0 in the context. */
    uint64_t done = call.waits ? 0 : INSTRUCTION_BYTES;
    seL4_Word step = done ? PSTATE_SS : 0; /* a single step is over with the instruction */
    seL4_SetMR(CONTEXT_SPSR + 2, word[CONTEXT_SPSR] & ~step);
    seL4_SetMR(CONTEXT_X0 + 2, (uint64_t)result);
    kernel_write_context(vcpu_id, CONTEXT_X0 + 1, word[CONTEXT_PC] + done, word[CONTEXT_SP], false);
    return !call.waits || vcpu_wait(vcpu_id, word) ? FAULT_RESUME : FAULT_HOLD;
}
