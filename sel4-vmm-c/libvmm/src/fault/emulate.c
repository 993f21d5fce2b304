/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses without a syndrome, and accesses that no device answers. They are decoded from the
 * instruction, which gives the operation and the virtual address for the guest's FAR_EL1 (seL4
 * reports only the guest physical address).
 *
 * The instruction in memory need not be the one that the CPU executed: another vCPU may have
 * changed it, or the instruction cache may be stale. It is used only if its access has the address
 * and direction of the fault. Otherwise the vCPU executes the instruction that is there now.
 *
 * An access may lie in two pages, and the CPU has translated only one of them. Each part is
 * translated here as the CPU would, with the permissions of the exception level of the access.
 */
#include "fault/emulate.h"
#include "cpu.h"
#include "kernel.h"
#include "pstate.h"

/* How often a vCPU executes again at one address before it gets an abort instead. */
static const uint8_t again_most = 16;

static bool is_atomic(const struct emulation *e)
{
    return e->insn.kind == ACCESS_ATOMIC;
}

/* The fault of an atomic access is a read fault if reading is not permitted either. */
static struct stage1_place translate(const struct emulation *e, uint64_t va, bool *write)
{
    *write = e->insn.store && !is_atomic(e);
    struct stage1_place place =
        stage1_translate(&e->stage1, va, *write ? STAGE1_WRITE : STAGE1_READ, e->insn.as_el0);
    if (!place.mapped || !is_atomic(e))
        return place;
    *write = true;
    return stage1_translate(&e->stage1, va, STAGE1_WRITE, e->insn.as_el0);
}

/* Splits the access by page. It has at most two. */
static void find_parts(struct emulation *e)
{
    size_t bytes = e->registers * e->insn.bytes;
    size_t room = EMULATION_PAGE - e->address % EMULATION_PAGE;
    size_t first = bytes < room ? bytes : room;
    e->part[0] = (struct emulation_part){.va = e->address, .bytes = first};
    e->part[1] = (struct emulation_part){.va = e->address + first, .bytes = bytes - first};
}

/* For DC ZVA and maintenance, FAR_EL1 is the value of their register. */
static enum fault_result abort_with(const struct emulation *e, uint32_t iss, uint64_t va)
{
    bool by_register = e->insn.kind == ACCESS_ZERO_BLOCK || e->insn.kind == ACCESS_MAINTENANCE;
    return inject_data_abort(e->fault->vcpu_id, iss, by_register ? e->base : va);
}

enum fault_result emulation_abort(const struct emulation *e, uint32_t status, uint64_t va)
{
    return abort_with(e, status | (e->fault->esr & ISS_WNR), va);
}

/* The abort of an access about which nothing is known, not even its address. */
static enum fault_result abort_unknown(const struct emulation *e)
{
    uint32_t direction = e->fault->esr & ISS_WNR;
    return inject_data_abort(e->fault->vcpu_id, FSC_EXTERNAL | ISS_FNV | direction, 0);
}

/* Has the vCPU execute the instruction in memory. A guest that could loop here gets an abort. */
static enum fault_result again(const struct emulation *e)
{
    struct vcpu *vcpu = e->vcpu;
    if (vcpu->again_pc != e->regs.pc)
        vcpu->again = 0;
    vcpu->again_pc = e->regs.pc;
    if (vcpu->again == again_most) {
        vcpu->again = 0;
        return abort_unknown(e);
    }
    vcpu->again++;
    cpu_clean(e->code, INSTRUCTION_BYTES);
    return FAULT_RESUME;
}

/* The abort of a stage 1 walk that left guest RAM. */
static enum fault_result abort_on_walk(struct emulation *e)
{
    bool maintains = e->insn.kind == ACCESS_MAINTENANCE;
    uint32_t iss = maintains ? ISS_CM | ISS_WNR : e->insn.store ? ISS_WNR : 0;
    if (maintains != !!(e->fault->esr & ISS_CM))
        return again(e);
    for (size_t i = 0; i < EMULATION_PARTS && e->part[i].bytes > 0; i++) {
        bool write;
        struct stage1_place place = translate(e, e->part[i].va, &write);
        if (!place.mapped && (place.status & ~3u) == FSC_EXTERNAL_ON_WALK)
            return abort_with(e, place.status | iss, e->part[i].va);
    }
    return again(e);
}

static bool has_direction(const struct emulation *e)
{
    return is_atomic(e) || e->insn.store == !!(e->fault->esr & ISS_WNR);
}

static bool is_in(const struct emulation_part *part, uint64_t ipa)
{
    return part->place.mapped && ipa - part->place.ipa < part->bytes;
}

/* Translates the parts and finds the one that faulted. Returns the first part that stage 1 does not
 * permit, or NULL; *write is set to its direction. */
static const struct emulation_part *find_places(struct emulation *e, bool *write)
{
    const struct emulation_part *denied = NULL;
    for (size_t i = 0; i < EMULATION_PARTS && e->part[i].bytes > 0; i++) {
        struct emulation_part *part = &e->part[i];
        bool writes;
        part->place = translate(e, part->va, &writes);
        if (!part->place.mapped && !denied) {
            denied = part;
            *write = writes;
        }
        if (is_in(part, e->fault->ipa) && !e->faulted)
            e->faulted = part;
    }
    return denied;
}

static enum fault_result emulate(struct emulation *e, bool refuse)
{
    bool write;
    find_parts(e);
    if (e->fault->esr & ISS_S1PTW)
        return abort_on_walk(e);
    const struct emulation_part *denied = find_places(e, &write);
    if (!e->faulted || !has_direction(e) || e->insn.kind == ACCESS_MAINTENANCE)
        return again(e);
    e->vcpu->again = 0;
    if (denied)
        return abort_with(e, denied->place.status | (write ? ISS_WNR : 0), denied->va);
    if (is_atomic(e))
        return emulation_abort(e, FSC_UNSUPPORTED_ATOMIC, e->faulted->va);
    /* Big-endian data would have to be swapped in every kind of access, and reading the mode takes
     * a system call that costs a fifth of an exit. */
    if (refuse || e->insn.kind == ACCESS_SIMD || stage1_big_endian(&e->stage1))
        return emulation_abort(e, FSC_EXTERNAL, e->faulted->va);
    return perform_access(e);
}

static enum fault_result by_instruction(const struct vm_fault *fault, bool refuse)
{
    struct emulation e = {.fault = fault, .vcpu = &guest.vcpu[fault->vcpu_id]};
    uint8_t status;
    switch (instruction_read(&e, &status)) {
    case INSTRUCTION_READ: return emulate(&e, refuse);
    case INSTRUCTION_NOT_THERE: return inject_instruction_abort(fault->vcpu_id, status);
    case INSTRUCTION_OTHER: return again(&e);
    default: return abort_unknown(&e);
    }
}

enum fault_result vm_fault_refuse(const struct vm_fault *fault)
{
    return by_instruction(fault, true);
}

enum fault_result vm_fault_decode(const struct vm_fault *fault)
{
    return by_instruction(fault, false);
}
