/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the vCPU's current instruction, through the guest's own translation, and its operands. */
#include "cpu.h"
#include "fault/emulate.h"
#include "fault/guest_ram.h"
#include "fault/mmio.h"
#include "kernel.h"
#include "memory.h"
#include "pstate.h"

/* SP of the vCPU's mode. seL4_UserContext has only SP_EL0. */
static bool sp_is_el1(const struct emulation *e)
{
    return (e->regs.spsr & PSTATE_M_MASK) == PSTATE_M_EL1H;
}

uint64_t instruction_get(struct emulation *e, unsigned n)
{
    const seL4_Word *source = context_register(&e->regs, n);
    return source ? *source : 0;
}

void instruction_set(struct emulation *e, unsigned n, uint64_t value)
{
    seL4_Word *target = context_register(&e->regs, n);
    if (target)
        *target = value;
}

static bool takes_address(const struct access_insn *insn) /* Xt, where 31 is the zero register */
{
    return insn->kind == ACCESS_ZERO_BLOCK || insn->kind == ACCESS_MAINTENANCE;
}

static uint64_t get_base(struct emulation *e)
{
    if (e->insn.pc_relative)
        return e->regs.pc;
    if (e->insn.rn != REGISTER_31 || takes_address(&e->insn))
        return instruction_get(e, e->insn.rn);
    return sp_is_el1(e) ? kernel_read_vcpu(e->fault->vcpu_id, seL4_VCPUReg_SP_EL1) : e->regs.sp;
}

void instruction_write_back(struct emulation *e)
{
    uint64_t value = e->base + (uint64_t)e->insn.step;
    if (!e->insn.writeback)
        return;
    if (e->insn.rn != REGISTER_31)
        instruction_set(e, e->insn.rn, value);
    else if (sp_is_el1(e))
        kernel_write_vcpu(e->fault->vcpu_id, seL4_VCPUReg_SP_EL1, value);
    else
        e->regs.sp = value;
}

/* The address of DC ZVA may be that of any byte in the block. */
static void find_address(struct emulation *e)
{
    const struct access_insn *insn = &e->insn;
    e->base = get_base(e);
    e->address = e->base + (uint64_t)insn->offset;
    e->registers = insn->registers;
    if (insn->has_rm)
        e->address += extend_register(insn, instruction_get(e, insn->rm));
    if (insn->kind == ACCESS_ZERO_BLOCK) {
        e->address &= ~(uint64_t)(cpu_zva_size() - 1);
        e->registers = cpu_zva_size() / insn->bytes;
    }
}

enum instruction_outcome instruction_read(struct emulation *e, uint8_t *status)
{
    size_t vcpu_id = e->fault->vcpu_id;
    uint32_t word;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, &e->regs);
    if (e->regs.spsr & PSTATE_M_AARCH32)
        return INSTRUCTION_AARCH32;
    stage1_begin(&e->stage1, vcpu_id, e->regs.spsr);
    struct stage1_place place = stage1_translate(&e->stage1, e->regs.pc, STAGE1_EXECUTE, false);
    *status = place.mapped ? FSC_EXTERNAL : place.status;
    e->code = place.mapped ? guest_ram(place.ipa, INSTRUCTION_BYTES) : NULL;
    if (!e->code)
        return INSTRUCTION_NOT_THERE;
    memcpy(&word, e->code, sizeof(word));
    if (!decode_access(word, &e->insn))
        return INSTRUCTION_OTHER;
    find_address(e);
    return INSTRUCTION_READ;
}
