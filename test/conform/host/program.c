/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"
#include "icv.h"
#include "steps.h"
#include "vcpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmm_config.h>

/* Made from the library's source (program_bytes.S). */
extern const char reset_program[], reset_program_end[];

enum {
    LIMIT = 20000 /* instructions: the program has some 4,000 to execute */
};

/* An unsigned comparison's result: the only flag that the program uses is C. */
struct cpu {
    struct vcpu *vcpu;
    bool carry;
};

static const uint8_t *code(uint64_t ipa)
{
    return (const uint8_t *)(machine.ram_vaddr + (uintptr_t)(ipa - machine.ram_ipa));
}

bool program_is_at(uint64_t ipa)
{
    size_t size = (size_t)(reset_program_end - reset_program);
    return ipa >= machine.ram_ipa && ipa - machine.ram_ipa <= machine.ram_size - size &&
           memcmp(code(ipa), reset_program, size) == 0;
}

static uint32_t get(struct cpu *cpu, unsigned number)
{
    return number == ZERO_REGISTER ? 0 : (uint32_t)*vcpu_gpr(cpu->vcpu, number);
}

static void set(struct cpu *cpu, unsigned number, uint32_t value)
{
    if (number != ZERO_REGISTER)
        *vcpu_gpr(cpu->vcpu, number) = value;
}

static uint32_t interface_offset(struct cpu *cpu, uint32_t word)
{
    uint64_t address = *vcpu_gpr(cpu->vcpu, word >> 5 & 31) + (word >> 10 & 0xfff) * 4;
    if (address - machine.gicc_ipa >= VMM_GICC_SIZE)
        abort(); /* the program accesses nothing else */
    return (uint32_t)(address - machine.gicc_ipa);
}

/* Executes one instruction; false at the SMC. */
static bool execute(struct cpu *cpu, uint32_t word)
{
    seL4_UserContext *context = &cpu->vcpu->context;
    unsigned d = word & 31, n = word >> 5 & 31;
    uint32_t immediate = word >> 10 & 0xfff;
    int64_t branch19 = (int64_t)((uint64_t)(word >> 5 & 0x7ffff) << 45) >> 43;
    if ((word & 0xffd00000) == 0xd5100000 && icv_has(word >> 5 & 0xffff)) { /* msr, mrs */
        uint32_t encoding = word >> 5 & 0xffff;
        if (word & 1 << 21)
            set(cpu, d, (uint32_t)icv_read(&cpu->vcpu->gicv, encoding));
        else
            icv_write(&cpu->vcpu->gicv, encoding, get(cpu, d));
    } else if ((word & 0xffc00000) == 0xb9000000) { /* str wt, [xn, #imm] */
        gicv_write(&cpu->vcpu->gicv, interface_offset(cpu, word), get(cpu, d));
    } else if ((word & 0xffc00000) == 0xb9400000) { /* ldr wt, [xn, #imm] */
        set(cpu, d, gicv_read(&cpu->vcpu->gicv, interface_offset(cpu, word)));
    } else if ((word & 0x7fe00000) == 0x52800000) { /* movz wd or xd, #imm */
        set(cpu, d, word >> 5 & 0xffff);
    } else if ((word & 0xffc00000) == 0x11000000) { /* add wd, wn, #imm */
        set(cpu, d, get(cpu, n) + immediate);
    } else if ((word & 0xffc00000) == 0x71000000) { /* cmp wn, #imm */
        cpu->carry = get(cpu, n) >= immediate;
        set(cpu, d, get(cpu, n) - immediate);
    } else if ((word & 0xfffffc00) == 0x12002400) { /* and wd, wn, #0x3ff */
        set(cpu, d, get(cpu, n) & 0x3ff);
    } else if ((word & 0xff00001e) == 0x54000002) { /* b.hs, b.lo */
        if (cpu->carry == !(word & 1)) {
            context->pc += (uint64_t)branch19;
            return true;
        }
    } else if ((word & 0xfc000000) == 0x14000000) { /* b */
        context->pc += (uint64_t)((int64_t)((uint64_t)(word & 0x3ffffff) << 38) >> 36);
        return true;
    } else if ((word & 0xffe0001f) == 0xd4000003) { /* smc */
        return false;
    } else if ((word & 0xfffff0bf) != 0xd503309f) { /* dsb, isb */
        fprintf(stderr, "the reset program has an instruction that is not known here: %08x\n",
                word);
        abort();
    }
    context->pc += 4;
    return true;
}

void program_run(size_t vcpu_id)
{
    enum {
        SMC_FROM_A64 = 0x17u << 26 | 1 << 25
    };
    struct cpu cpu = {.vcpu = &vcpus[vcpu_id]};
    for (int i = 0; i < LIMIT && cpu.vcpu->state == THREAD_RUNNING; i++) {
        uint32_t word;
        memcpy(&word, code(cpu.vcpu->context.pc), sizeof(word));
        if (!execute(&cpu, word)) {
            kernel_maintenance(vcpu_id);
            kernel_fault(vcpu_id, seL4_Fault_VCPUFault, (const seL4_Word[]){SMC_FROM_A64}, 1);
            return;
        }
        kernel_maintenance(vcpu_id);
    }
}
