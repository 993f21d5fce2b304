/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trapped system registers. With a GICv3 the CPU traps the registers that send SGIs, which only the
 * VMM can do, and ICC_SRE_EL1 if the firmware has not enabled it for EL1 (ICC_SRE_EL2.Enable). seL4
 * traps no others on purpose. All others are undefined, as nonexistent registers are.
 */
#include "fault/fault.h"
#include "fault/operand.h"
#include "gic/gicv3.h"
#include "kernel_inject.h"
#include "pstate.h"

/* Encoding of a register in the syndrome: Op0, Op2, Op1, CRn, CRm (Arm ARM, D17.2.37). */
#define REGISTER(op0, op1, crn, crm, op2) \
    ((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)

enum {
    ISS_REGISTER = REGISTER(3, 7, 15, 15, 7),
    ISS_READ = 1 << 0,
    ISS_RT_SHIFT = 5,

    ICC_SRE_EL1_VALUE = 7 /* SRE, DFB, DIB: the CPU interface has only system registers */
};

static void write_sgi1r(size_t vcpu_id, uint64_t value)
{
    gicv3_send_sgi(vcpu_id, value, 1);
}

/* With one Security state the alternative to group 1 is group 0. */
static void write_sgi0r(size_t vcpu_id, uint64_t value)
{
    gicv3_send_sgi(vcpu_id, value, 0);
}

static void ignore(size_t vcpu_id, uint64_t value)
{
    (void)vcpu_id, (void)value;
}

static uint64_t read_sre(size_t vcpu_id)
{
    (void)vcpu_id;
    return ICC_SRE_EL1_VALUE;
}

static const struct trapped {
    uint32_t reg;
    uint64_t (*read)(size_t vcpu_id); /* NULL: undefined */
    void (*write)(size_t vcpu_id, uint64_t value);
} registers[] = {
    {REGISTER(3, 0, 12, 11, 5), NULL, write_sgi1r}, /* ICC_SGI1R_EL1 */
    {REGISTER(3, 0, 12, 11, 6), NULL, write_sgi0r}, /* ICC_ASGI1R_EL1 */
    {REGISTER(3, 0, 12, 11, 7), NULL, write_sgi0r}, /* ICC_SGI0R_EL1 */
    {REGISTER(3, 0, 12, 12, 5), read_sre, ignore},  /* ICC_SRE_EL1 */
};

static const struct trapped *find(uint32_t esr)
{
    for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
        if (registers[i].reg == (esr & ISS_REGISTER))
            return &registers[i];
    }
    return NULL;
}

static enum fault_result read_register(size_t vcpu_id, unsigned rt, uint64_t value)
{
    seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, &regs);
    if (rt != REGISTER_31)
        ((seL4_Word *)&regs)[context_gpr[rt]] = value;
    regs.pc += INSTRUCTION_BYTES;
    regs.spsr &= ~(seL4_Word)PSTATE_SS;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, &regs);
    return FAULT_RESUME;
}

static enum fault_result write_register(size_t vcpu_id, unsigned rt, const struct trapped *trapped)
{
    seL4_Word word[4];
    uint64_t value = read_operand(vcpu_id, rt, word);
    kernel_ride_begin();
    trapped->write(vcpu_id, value);
    bool rides = kernel_ride_end();
    advance_from(vcpu_id, word[CONTEXT_PC], word, rides);
    return rides ? FAULT_HOLD : FAULT_RESUME;
}

enum fault_result sysreg_access(size_t vcpu_id, uint32_t esr)
{
    const struct trapped *trapped = vmm_config.gic_version == 3 ? find(esr) : NULL;
    unsigned rt = esr >> ISS_RT_SHIFT & 0x1f;
    if (trapped && !(esr & ISS_READ))
        return write_register(vcpu_id, rt, trapped);
    if (trapped && trapped->read)
        return read_register(vcpu_id, rt, trapped->read(vcpu_id));
    return inject_undefined(vcpu_id);
}
