/* SPDX-License-Identifier: BSD-2-Clause */
/* Does an access in pieces: one for each data register, or each word to clear. */
#include "fault/emulate.h"
#include "fault/guest_ram.h"
#include "fault/mmio.h"
#include "kernel.h"
#include "memory.h"
#include "pstate.h"

/* A piece of an access, and what answers it. */
struct piece {
    unsigned rt;
    uint64_t ipa;
    void *ram;
    const struct mmio_range *range; /* if both are NULL: the interrupt controller */
};

static uint64_t piece_va(const struct emulation *e, size_t i)
{
    return e->address + i * e->insn.bytes;
}

/* Address for the abort of a piece. If it lies in two pages, in the one that faulted. */
static uint64_t abort_va(const struct emulation *e, size_t i)
{
    uint64_t va = piece_va(e, i);
    return e->faulted->va - va < e->insn.bytes ? e->faulted->va : va;
}

/* Returns false if the piece lies in two pages, or no device answers. */
static bool find_piece(const struct emulation *e, size_t i, struct piece *piece)
{
    size_t bytes = e->insn.bytes;
    size_t offset = i * bytes;
    const struct emulation_part *part = &e->part[0];
    if (offset >= part->bytes) {
        offset -= part->bytes;
        part = &e->part[1];
    }
    if (offset + bytes > part->bytes)
        return false;
    uint64_t ipa = part->place.ipa + offset;
    *piece = (struct piece){
        .rt = e->insn.kind == ACCESS_ZERO_BLOCK ? REGISTER_31 : e->insn.rt[i],
        .ipa = ipa,
    };
    if (mmio_is_gic(ipa, bytes))
        return true;
    piece->ram = guest_ram(ipa, bytes);
    piece->range = mmio_find(ipa, bytes);
    return piece->ram || piece->range;
}

/* The syndrome of a plain load or store of this register. */
static uint32_t syndrome(const struct emulation *e, unsigned rt)
{
    const struct access_insn *insn = &e->insn;
    return (e->fault->esr & ~(UINT32_C(0x1ffffff))) | ESR_IL | ISS_ISV | FSC_TRANSLATION | 3 |
           (uint32_t)__builtin_ctz(insn->bytes) << ISS_SAS_SHIFT | rt << ISS_SRT_SHIFT |
           (insn->sign_extend ? ISS_SSE : 0) | (insn->to_64 ? ISS_SF : 0) |
           (insn->store ? ISS_WNR : 0);
}

static bool ask_handler(struct emulation *e, const struct piece *piece)
{
    const struct mmio_range *range = piece->range;
    return range->callback(e->fault->vcpu_id, (size_t)(piece->ipa - range->base),
                           syndrome(e, piece->rt), &e->regs, range->data);
}

static bool load(struct emulation *e, const struct piece *piece)
{
    uint64_t value = 0;
    if (piece->range) /* the handler sets the register */
        return ask_handler(e, piece);
    if (piece->ram)
        memcpy(&value, piece->ram, e->insn.bytes);
    else
        value = mmio_gic_read(e->fault->vcpu_id, piece->ipa, e->insn.bytes);
    value = extend_load(value, e->insn.bytes, e->insn.sign_extend, e->insn.to_64);
    instruction_set(e, piece->rt, value);
    return true;
}

static bool store(struct emulation *e, const struct piece *piece)
{
    uint64_t value = instruction_get(e, piece->rt);
    if (piece->range)
        return ask_handler(e, piece);
    if (piece->ram)
        memcpy(piece->ram, &value, e->insn.bytes);
    else
        mmio_gic_write(e->fault->vcpu_id, piece->ipa, e->insn.bytes, value);
    return true;
}

static enum fault_result finish(struct emulation *e)
{
    instruction_write_back(e);
    e->regs.pc += INSTRUCTION_BYTES;
    e->regs.spsr &= ~(uint64_t)PSTATE_SS;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + e->fault->vcpu_id, false, 0, CONTEXT_WORDS, &e->regs);
    return FAULT_RESUME;
}

/* Whether a store-exclusive matches the mark of its load-exclusive. Clears the mark. */
static bool take_exclusive(struct emulation *e, size_t bytes)
{
    struct exclusive mark = e->vcpu->exclusive;
    e->vcpu->exclusive.armed = false;
    return mark.armed && mark.address == e->address && mark.size == bytes;
}

enum fault_result perform_access(struct emulation *e)
{
    struct access_insn *insn = &e->insn;
    size_t bytes = e->registers * insn->bytes;
    struct piece piece;
    for (size_t i = 0; i < e->registers; i++) { /* all pieces must be possible before any is done */
        if (!find_piece(e, i, &piece))
            return emulation_abort(e, FSC_EXTERNAL, abort_va(e, i));
    }
    bool exclusive = insn->kind == ACCESS_EXCLUSIVE;
    if (exclusive && insn->store) {
        bool marked = take_exclusive(e, bytes);
        instruction_set(e, insn->rs, !marked);
        if (!marked)
            return finish(e);
    }
    uint32_t starts = e->vcpu->starts;
    for (size_t i = 0; i < e->registers; i++) {
        bool done = find_piece(e, i, &piece) && (insn->store ? store(e, &piece) : load(e, &piece));
        if (e->vcpu->starts != starts)
            return FAULT_HOLD; /* a handler has turned the vCPU off or restarted it */
        if (!done)
            return emulation_abort(e, FSC_EXTERNAL, abort_va(e, i));
    }
    if (exclusive && !insn->store)
        e->vcpu->exclusive = (struct exclusive){true, (uint8_t)bytes, e->address};
    return finish(e);
}
