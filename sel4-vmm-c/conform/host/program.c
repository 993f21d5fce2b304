/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"
#include "icv.h"
#include "steps.h"
#include "vcpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmm_config.h>

/* Built from the library's source (program_bytes.S). */
extern const char reset_program[], reset_program_end[];

enum {
    LIMIT = 20000, /* instructions to execute; the program needs about 4,000 */
    LONGEST = 128  /* instructions of the program */
};

/* The program's instructions, decoded once because it runs often. */
struct operation {
    enum {
        STORE,
        LOAD,
        MSR,
        MRS,
        MOVE,
        ADD,
        COMPARE,
        AND_INTID,
        BRANCH_CARRY, /* n: the carry for which it is taken */
        BRANCH,
        BARRIER,
        SMC
    } kind;
    uint8_t d, n;
    uint16_t immediate; /* or an offset, or an encoding */
    int16_t target;     /* of a branch: offset in instructions */
};

static struct operation operations[LONGEST];
static size_t count;

static const uint8_t *ram_at(uint64_t ipa)
{
    return (const uint8_t *)(machine.ram_vaddr + (uintptr_t)(ipa - machine.ram_ipa));
}

bool program_is_at(uint64_t ipa)
{
    size_t size = (size_t)(reset_program_end - reset_program);
    return ipa >= machine.ram_ipa && ipa - machine.ram_ipa <= machine.ram_size - size &&
           memcmp(ram_at(ipa), reset_program, size) == 0;
}

static struct operation decode(uint32_t word)
{
    struct operation op = {
        .d = word & 31,
        .n = word >> 5 & 31,
        .immediate = word >> 10 & 0xfff,
    };
    uint16_t encoding = word >> 5 & 0xffff;
    if ((word & 0xffd00000) == 0xd5100000 && icv_has(encoding)) {
        op.kind = word & 1 << 21 ? MRS : MSR;
        op.immediate = encoding;
    } else if ((word & 0xff800000) == 0xb9000000) { /* str, ldr wt, [xn, #imm] */
        op.kind = word & 1 << 22 ? LOAD : STORE;
        op.immediate *= 4;
    } else if ((word & 0x7fe00000) == 0x52800000) { /* movz wd or xd, #imm */
        op.kind = MOVE;
        op.immediate = encoding;
    } else if ((word & 0xffc00000) == 0x11000000) { /* add wd, wn, #imm */
        op.kind = ADD;
    } else if ((word & 0xffc0001f) == 0x7100001f) { /* cmp wn, #imm */
        op.kind = COMPARE;
    } else if ((word & 0xfffffc00) == 0x12002400) { /* and wd, wn, #0x3ff */
        op.kind = AND_INTID;
    } else if ((word & 0xff00001e) == 0x54000002) { /* b.hs, b.lo */
        op.kind = BRANCH_CARRY;
        op.n = !(word & 1);
        op.target = (int16_t)(word >> 5 & 0x7ffff);
    } else if ((word & 0xfc000000) == 0x14000000) { /* b */
        op.kind = BRANCH;
        op.target = (int16_t)word;
    } else if ((word & 0xffe0001f) == 0xd4000003) {
        op.kind = SMC;
    } else if ((word & 0xfffff0bf) == 0xd503309f) { /* dsb, isb */
        op.kind = BARRIER;
    } else {
        fprintf(stderr, "the reset program has an instruction that is not known here: %08x\n",
                word);
        abort();
    }
    return op;
}

static void decode_all(void)
{
    size_t size = (size_t)(reset_program_end - reset_program);
    if (size > sizeof(uint32_t) * LONGEST)
        abort(); /* the program has grown: increase LONGEST */
    for (count = 0; count < size / sizeof(uint32_t); count++) {
        uint32_t word;
        memcpy(&word, reset_program + count * sizeof(word), sizeof(word));
        operations[count] = decode(word);
    }
}

/* Result of an unsigned comparison. The program uses only the C flag. */
struct cpu {
    struct vcpu *vcpu;
    uint32_t x[ZERO_REGISTER + 1];
    bool carry;
    bool wrote; /* to the CPU interface: an interrupt may have ended */
};

static uint32_t interface_offset(const struct cpu *cpu, const struct operation *op)
{
    uint64_t address = (uint64_t)cpu->x[op->n] + op->immediate;
    if (address - machine.gicc_ipa >= VMM_GICC_SIZE)
        abort(); /* the program has no other accesses */
    return (uint32_t)(address - machine.gicc_ipa);
}

static void set(struct cpu *cpu, unsigned number, uint32_t value)
{
    if (number != ZERO_REGISTER)
        cpu->x[number] = value;
}

static bool is_idle(const struct gicv *gicv)
{
    bool active = gicv->active_priorities[0] || gicv->active_priorities[1];
    for (size_t i = 0; i < GICV_LIST_REGISTERS; i++)
        active |= gicv->lists[i].active;
    return !active;
}

/*
 * The branch at `end` closes a loop that ends one INTID after the other. While no interrupt is
 * active the loop has no effect, so it is left at once.
 */
static bool skip_loop(struct cpu *cpu, const struct operation *end)
{
    if (end - operations < 3)
        return false;
    const struct operation *first = end - 3;
    bool ends = (first->kind == STORE && first->immediate == GICV_EOIR) ||
                (first->kind == MSR && first->immediate == ICC_DIR);
    if (!ends || end[-2].kind != ADD || end[-1].kind != COMPARE || end->target != -3 ||
        !is_idle(&cpu->vcpu->gicv))
        return false;
    cpu->x[end[-2].d] = end[-1].immediate;
    cpu->carry = true;
    return true;
}

/* Executes one instruction. Returns the offset of the next one. */
static int execute(struct cpu *cpu, const struct operation *op)
{
    struct gicv *gicv = &cpu->vcpu->gicv;
    switch (op->kind) {
    case STORE:
        gicv_write(gicv, interface_offset(cpu, op), cpu->x[op->d]);
        cpu->wrote = true;
        break;
    case LOAD: set(cpu, op->d, gicv_read(gicv, interface_offset(cpu, op))); break;
    case MSR:
        icv_write(gicv, op->immediate, cpu->x[op->d]);
        cpu->wrote = true;
        break;
    case MRS: set(cpu, op->d, (uint32_t)icv_read(gicv, op->immediate)); break;
    case MOVE: set(cpu, op->d, op->immediate); break;
    case ADD: set(cpu, op->d, cpu->x[op->n] + op->immediate); break;
    case COMPARE: cpu->carry = cpu->x[op->n] >= op->immediate; break;
    case AND_INTID: set(cpu, op->d, cpu->x[op->n] & 0x3ff); break;
    case BRANCH_CARRY: return cpu->carry == op->n && !skip_loop(cpu, op) ? op->target : 1;
    case BRANCH: return op->target;
    case BARRIER:
    case SMC: break;
    }
    return 1;
}

static void load_registers(struct cpu *cpu)
{
    for (unsigned i = 0; i < GPRS; i++)
        cpu->x[i] = (uint32_t)*vcpu_gpr(cpu->vcpu, i);
}

static void store_registers(const struct cpu *cpu)
{
    for (unsigned i = 0; i < GPRS; i++)
        *vcpu_gpr(cpu->vcpu, i) = cpu->x[i];
}

void program_run(size_t vcpu_id)
{
    enum {
        SMC_FROM_A64 = 0x17u << 26 | 1 << 25
    };
    struct cpu cpu = {.vcpu = &vcpus[vcpu_id]};
    if (count == 0)
        decode_all();
    load_registers(&cpu);
    size_t at = 0;
    for (int i = 0; i < LIMIT && at < count && operations[at].kind != SMC; i++) {
        at += (size_t)(ptrdiff_t)execute(&cpu, &operations[at]);
        if (cpu.wrote) {
            store_registers(&cpu); /* the VMM checks its progress */
            kernel_maintenance(vcpu_id);
        }
        cpu.wrote = false;
        if (cpu.vcpu->state != THREAD_RUNNING)
            return;
    }
    store_registers(&cpu);
    cpu.vcpu->context.pc += at * sizeof(uint32_t);
    uint64_t smc = cpu.vcpu->context.pc;
    do { /* the VMM may have the SMC executed again, and does more work each time */
        kernel_fault(vcpu_id, seL4_Fault_VCPUFault, (const seL4_Word[]){SMC_FROM_A64}, 1);
    } while (cpu.vcpu->state == THREAD_RUNNING && cpu.vcpu->context.pc == smc);
}
