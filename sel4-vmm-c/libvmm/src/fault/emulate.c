/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses that the CPU gives no syndrome for, and those that nobody answers: the instruction is
 * read through the guest's own page tables, which also tells the virtual address for the guest's
 * FAR_EL1 (seL4 reports only the guest physical one). What can't be emulated is an external abort.
 */
#include "cpu.h"
#include "fault/decode.h"
#include "fault/fault.h"
#include "fault/mmio.h"
#include "fault/walk.h"
#include "guest/vcpu.h"
#include "kernel.h"
#include "memory.h"
#include "pstate.h"

enum {
    FSC_UNSUPPORTED_ATOMIC = 0x35,
    PAGE = 0x1000
};

struct emulation {
    const struct vm_fault *fault;
    struct vcpu *vcpu;
    seL4_UserContext regs;
    struct access_insn insn;
    uint64_t base;    /* value of the base register */
    uint64_t address; /* of the access */
};

/* SP of the mode that the vCPU is in: seL4_UserContext has SP_EL0 only. */
static bool sp_is_el1(const struct emulation *e)
{
    return (e->regs.spsr & PSTATE_M_MASK) == PSTATE_M_EL1H;
}

static uint64_t get_register(struct emulation *e, unsigned n)
{
    const seL4_Word *source = context_register(&e->regs, n);
    return source ? *source : 0;
}

static void set_register(struct emulation *e, unsigned n, uint64_t value)
{
    seL4_Word *target = context_register(&e->regs, n);
    if (target)
        *target = value;
}

static uint64_t get_base(struct emulation *e)
{
    if (e->insn.pc_relative)
        return e->regs.pc;
    if (e->insn.kind == ACCESS_ZERO_BLOCK) /* Xt, where 31 is the zero register */
        return get_register(e, e->insn.rn) & ~(uint64_t)(cpu_zva_size() - 1);
    if (e->insn.rn != REGISTER_31)
        return get_register(e, e->insn.rn);
    return sp_is_el1(e) ? kernel_read_vcpu(e->fault->vcpu_id, seL4_VCPUReg_SP_EL1) : e->regs.sp;
}

static void set_base(struct emulation *e, uint64_t value)
{
    if (e->insn.rn != REGISTER_31)
        set_register(e, e->insn.rn, value);
    else if (sp_is_el1(e))
        kernel_write_vcpu(e->fault->vcpu_id, seL4_VCPUReg_SP_EL1, value);
    else
        e->regs.sp = value;
}

/* Reads and understands the instruction at the pc. */
static bool understand(struct emulation *e)
{
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + e->fault->vcpu_id, false, 0, CONTEXT_WORDS, &e->regs);
    if (e->regs.spsr & PSTATE_M_AARCH32)
        return false;
    struct walk walk = walk_stage1(e->fault->vcpu_id, e->regs.pc);
    const void *at = walk.outcome == WALK_MAPPED ? guest_ram(walk.ipa, INSTRUCTION_BYTES) : NULL;
    uint32_t insn;
    if (!at)
        return false;
    memcpy(&insn, at, sizeof(insn));
    if (!decode_access(insn, &e->insn))
        return false;
    e->base = get_base(e);
    e->address = e->base + (uint64_t)e->insn.offset;
    if (e->insn.has_rm)
        e->address += extend_register(&e->insn, get_register(e, e->insn.rm));
    return true;
}

/* The piece of an access that one register moves, and who answers it. */
struct piece {
    uint64_t ipa;
    void *ram;
    const struct mmio_range *range; /* neither: the interrupt controller */
};

static bool find_piece(const struct emulation *e, uint64_t address, struct piece *piece)
{
    struct walk walk = walk_stage1(e->fault->vcpu_id, address);
    size_t bytes = e->insn.bytes;
    *piece = (struct piece){.ipa = walk.ipa};
    if (walk.outcome != WALK_MAPPED || walk.ipa % PAGE + bytes > PAGE)
        return false;
    if (mmio_is_gic(walk.ipa, bytes))
        return true;
    piece->ram = guest_ram(walk.ipa, bytes);
    piece->range = mmio_find(walk.ipa, bytes);
    return piece->ram || piece->range;
}

/* The syndrome that a plain load or store of this register has. */
static uint32_t syndrome(const struct emulation *e, unsigned rt)
{
    const struct access_insn *insn = &e->insn;
    return (e->fault->esr & ~(UINT32_C(0x1ffffff))) | ESR_IL | ISS_ISV | FSC_TRANSLATION | 3 |
           (uint32_t)__builtin_ctz(insn->bytes) << ISS_SAS_SHIFT | rt << ISS_SRT_SHIFT |
           (insn->sign_extend ? ISS_SSE : 0) | (insn->to_64 ? ISS_SF : 0) |
           (insn->store ? ISS_WNR : 0);
}

static bool load(struct emulation *e, const struct piece *piece, unsigned rt)
{
    if (piece->range) /* the handler sets the register */
        return piece->range->callback(e->fault->vcpu_id, (size_t)(piece->ipa - piece->range->base),
                                      syndrome(e, rt), &e->regs, piece->range->data);
    uint64_t value = 0;
    if (piece->ram)
        memcpy(&value, piece->ram, e->insn.bytes);
    else
        value = mmio_gic_read(e->fault->vcpu_id, piece->ipa, e->insn.bytes);
    set_register(e, rt, extend_load(value, e->insn.bytes, e->insn.sign_extend, e->insn.to_64));
    return true;
}

static bool store(struct emulation *e, const struct piece *piece, unsigned rt)
{
    if (piece->range)
        return piece->range->callback(e->fault->vcpu_id, (size_t)(piece->ipa - piece->range->base),
                                      syndrome(e, rt), &e->regs, piece->range->data);
    uint64_t value = get_register(e, rt);
    if (piece->ram)
        memcpy(piece->ram, &value, e->insn.bytes);
    else
        mmio_gic_write(e->fault->vcpu_id, piece->ipa, e->insn.bytes, value);
    return true;
}

static enum fault_result abort_at(const struct emulation *e, uint32_t status, uint64_t far)
{
    uint32_t write = e->fault->esr & ISS_WNR;
    return inject_data_abort(e->fault->vcpu_id, status | write, far);
}

static enum fault_result finish(struct emulation *e)
{
    if (e->insn.writeback)
        set_base(e, e->base + (uint64_t)e->insn.step);
    e->regs.pc += INSTRUCTION_BYTES;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + e->fault->vcpu_id, false, 0, CONTEXT_WORDS, &e->regs);
    return FAULT_RESUME;
}

/* Does the store-exclusive meet the mark of its load-exclusive? Either way the mark is gone. */
static bool take_exclusive(struct emulation *e, size_t bytes)
{
    struct exclusive mark = e->vcpu->exclusive;
    e->vcpu->exclusive.armed = false;
    return mark.armed && mark.address == e->address && mark.size == bytes;
}

static size_t piece_count(const struct access_insn *insn)
{
    return insn->kind == ACCESS_ZERO_BLOCK ? cpu_zva_size() / insn->bytes : insn->registers;
}

static enum fault_result perform(struct emulation *e)
{
    struct access_insn *insn = &e->insn;
    size_t pieces = piece_count(insn);
    struct piece piece;
    for (size_t i = 0; i < pieces; i++) { /* all of them can be had, or nothing is done */
        if (!find_piece(e, e->address + i * insn->bytes, &piece))
            return abort_at(e, FSC_EXTERNAL, e->address + i * insn->bytes);
    }
    bool exclusive = insn->kind == ACCESS_EXCLUSIVE;
    if (exclusive && insn->store) {
        bool marked = take_exclusive(e, pieces * insn->bytes);
        set_register(e, insn->rs, !marked);
        if (!marked)
            return finish(e);
    }
    uint32_t starts = e->vcpu->starts;
    for (size_t i = 0; i < pieces; i++) {
        uint64_t address = e->address + i * insn->bytes;
        unsigned rt = insn->kind == ACCESS_ZERO_BLOCK ? REGISTER_31 : insn->rt[i];
        bool done = find_piece(e, address, &piece) &&
                    (insn->store ? store(e, &piece, rt) : load(e, &piece, rt));
        if (e->vcpu->starts != starts)
            return FAULT_HOLD; /* a handler stopped or restarted the guest */
        if (!done)
            return abort_at(e, FSC_EXTERNAL, address);
    }
    if (exclusive && !insn->store)
        e->vcpu->exclusive = (struct exclusive){true, (uint8_t)(pieces * insn->bytes), e->address};
    return finish(e);
}

enum fault_result vm_fault_refuse(const struct vm_fault *fault)
{
    struct emulation e = {.fault = fault, .vcpu = &guest.vcpu[fault->vcpu_id]};
    if (!understand(&e))
        return abort_at(&e, FSC_EXTERNAL | ISS_FNV, 0);
    return abort_at(&e, FSC_EXTERNAL, e.address);
}

enum fault_result vm_fault_decode(const struct vm_fault *fault)
{
    struct emulation e = {.fault = fault, .vcpu = &guest.vcpu[fault->vcpu_id]};
    if (!understand(&e))
        return abort_at(&e, FSC_EXTERNAL | ISS_FNV, 0);
    if (fault->esr & ISS_S1PTW) {
        struct walk walk = walk_stage1(fault->vcpu_id, e.address);
        return abort_at(&e, FSC_EXTERNAL_ON_WALK | walk.level, e.address);
    }
    switch (e.insn.kind) {
    case ACCESS_ATOMIC: return abort_at(&e, FSC_UNSUPPORTED_ATOMIC, e.address);
    case ACCESS_SIMD: return abort_at(&e, FSC_EXTERNAL, e.address);
    default: return perform(&e);
    }
}
