/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints registers and memory on the debug console. */
#include "kernel.h"
#include <libvmm/tcb.h>
#include <libvmm/util/util.h>
#include <libvmm/vcpu.h>

enum {
    BYTES_A_LINE = 16,
    GENERAL_REGISTERS = 31
};

static const struct {
    const char *name;
    seL4_VCPUReg reg;
} system_registers[] = {
    {"sctlr", seL4_VCPUReg_SCTLR},
    {"ttbr0", seL4_VCPUReg_TTBR0},
    {"ttbr1", seL4_VCPUReg_TTBR1},
    {"tcr", seL4_VCPUReg_TCR},
    {"mair", seL4_VCPUReg_MAIR},
    {"amair", seL4_VCPUReg_AMAIR},
    {"contextidr", seL4_VCPUReg_CIDR},
    {"actlr", seL4_VCPUReg_ACTLR},
    {"cpacr", seL4_VCPUReg_CPACR},
    {"afsr0", seL4_VCPUReg_AFSR0},
    {"afsr1", seL4_VCPUReg_AFSR1},
    {"esr", seL4_VCPUReg_ESR},
    {"far", seL4_VCPUReg_FAR},
    {"vbar", seL4_VCPUReg_VBAR},
    {"tpidr", seL4_VCPUReg_TPIDR_EL1},
    {"vmpidr", seL4_VCPUReg_VMPIDR_EL2},
    {"sp", seL4_VCPUReg_SP_EL1},
    {"elr", seL4_VCPUReg_ELR_EL1},
    {"spsr", seL4_VCPUReg_SPSR_EL1},
    {"cntv_ctl", seL4_VCPUReg_CNTV_CTL},
    {"cntv_cval", seL4_VCPUReg_CNTV_CVAL},
    {"cntvoff", seL4_VCPUReg_CNTVOFF},
    {"cntkctl", seL4_VCPUReg_CNTKCTL_EL1},
};

static void print_register(const char *name, uint64_t value)
{
    printf("    %-10s 0x%016llx\n", name, (unsigned long long)value);
}

void tcb_print_regs(size_t vcpu_id)
{
    seL4_UserContext regs;
    seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP + vcpu_id, false, 0, CONTEXT_WORDS, &regs);
    LOG_VMM("vCPU %zu, general registers:\n", vcpu_id);
    print_register("pc", regs.pc);
    print_register("sp_el0", regs.sp);
    print_register("pstate", regs.spsr);
    for (unsigned i = 0; i < GENERAL_REGISTERS; i++) {
        char name[4];
        snprintf(name, sizeof(name), "x%u", i);
        print_register(name, ((const seL4_Word *)&regs)[context_gpr[i]]);
    }
    print_register("tpidr_el0", regs.tpidr_el0);
    print_register("tpidrro", regs.tpidrro_el0);
}

void vcpu_print_regs(size_t vcpu_id)
{
    LOG_VMM("vCPU %zu, EL1 system registers:\n", vcpu_id);
    for (size_t i = 0; i < ARRAY_SIZE(system_registers); i++)
        print_register(system_registers[i].name,
                       kernel_read_vcpu(vcpu_id, system_registers[i].reg));
}

void print_mem_hex(uintptr_t address, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)address;
    for (size_t i = 0; i < size; i++) {
        if (i % BYTES_A_LINE == 0)
            printf("%s0x%zx:", i > 0 ? "\n" : "", (size_t)address + i);
        printf(" %02x", bytes[i]);
    }
    printf("\n");
}
