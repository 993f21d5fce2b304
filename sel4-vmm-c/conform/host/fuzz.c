/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The libFuzzer target: a hostile guest. The input is a list of actions: faults with arbitrary
 * syndromes and addresses, arbitrary register values, arbitrary instructions and page tables in
 * memory, and interrupts that are taken and ended. The VMM must survive, have no undefined
 * behaviour, access only its own memory and guest RAM, and make no call that the kernel refuses.
 */
#include "icv.h"
#include "machine.h"
#include "report.h"
#include "steps.h"
#include "vcpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmm_config.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const uint8_t *input;
static size_t left;

static uint64_t take(size_t bytes)
{
    uint64_t value = 0;
    size_t some = bytes < left ? bytes : left;
    memcpy(&value, input, some);
    input += some;
    left -= some;
    return value;
}

/* An address, often an interesting one. */
static uint64_t take_address(void)
{
    uint64_t offset = take(2);
    switch (take(1) % 7) {
    case 0: return machine.gicd_ipa + offset % 0x1010;
    case 1: return machine.ram_ipa + offset * 8;
    case 2: return machine.ram_ipa + machine.ram_size - offset % 64;
    case 3: return 0x10000000 + offset % 0x300; /* an emulated range, and beyond */
    case 4: return offset;
    case 5: return VMM_GICR_BASE + offset * 9; /* each frame of the redistributors, and beyond */
    default: return take(8);
    }
}

static void raise_fault(size_t id, seL4_Word label, const seL4_Word *message, unsigned count)
{
    kernel_switch(id);
    kernel_fault(id, label, message, count);
    kernel_maintenance(id);
}

static void vm_fault(size_t id)
{
    struct vcpu *vcpu = &vcpus[id];
    seL4_Word message[seL4_VMFault_Length] = {
        [seL4_VMFault_IP] = vcpu->context.pc,
        [seL4_VMFault_Addr] = take_address(),
        [seL4_VMFault_PrefetchFault] = take(1) % 8 == 0,
        [seL4_VMFault_FSR] = 0x24u << 26 | take(4) % (1u << 26),
    };
    raise_fault(id, seL4_Fault_VMFault, message, seL4_VMFault_Length);
}

/* Accesses to ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1 and ICC_SRE_EL1 (GICv3). */
static void sgi_fault(size_t id)
{
    enum {
        EC_SYSREG = 0x18,
        OP0_CRN = 3 << 20 | 12 << 10
    };
    static const uint8_t crm_op2[] = {11 << 4 | 5, 11 << 4 | 6, 11 << 4 | 7, 12 << 4 | 5};
    uint64_t which = take(1);
    uint8_t reg = crm_op2[which % sizeof(crm_op2)];
    uint64_t iss =
        OP0_CRN | (reg & 7u) << 17 | (reg >> 4) << 1 | (which >> 2 & 31) << 5 | which >> 7;
    seL4_Word message[] = {(uint64_t)EC_SYSREG << 26 | 1 << 25 | iss};
    raise_fault(id, seL4_Fault_VCPUFault, message, seL4_VCPUFault_Length);
}

static void vcpu_fault(size_t id)
{
    static const uint8_t classes[] = {0x01, 0x07, 0x17, 0x18, 0x00};
    uint64_t class = take(1);
    class = class < 0xc0 ? classes[class % sizeof(classes)] : class % 64;
    seL4_Word message[] = {class << 26 | take(4) % (1u << 26)};
    raise_fault(id, seL4_Fault_VCPUFault, message, seL4_VCPUFault_Length);
}

static void other_fault(size_t id)
{
    static const uint8_t labels[] = {
        seL4_Fault_CapFault,
        seL4_Fault_UnknownSyscall,
        seL4_Fault_UserException,
        seL4_Fault_Timeout,
    };
    seL4_Word message[seL4_UnknownSyscall_Length];
    for (size_t i = 0; i < seL4_UnknownSyscall_Length; i++)
        message[i] = take(8);
    raise_fault(id, labels[take(1) % sizeof(labels)], message, seL4_UnknownSyscall_Length);
}

static void timer(size_t id)
{
    if (vcpus[id].timer_masked)
        return;
    vcpus[id].timer_masked = true;
    raise_fault(id, seL4_Fault_VPPIEvent, (const seL4_Word[]){VMM_VTIMER_INTID}, 1);
}

static void set_register(size_t id)
{
    size_t at = take(1) % (sizeof(seL4_UserContext) / sizeof(seL4_Word));
    seL4_Word *word = &vcpus[id].context.pc + at;
    *word = take(1) % 2 ? take(8) : take_address();
}

static void set_system_register(size_t id)
{
    vcpus[id].system[take(1) % seL4_VCPUReg_Num] = take(1) % 2 ? take(8) : take_address();
}

/* Writes instructions at the PC, page tables, or memory that the VMM copies. */
static void set_memory(size_t id)
{
    uint64_t at = take(1) % 2 ? vcpus[id].context.pc - machine.ram_ipa : take(3);
    if (at > machine.ram_size - 8)
        return;
    uint64_t value = take(8);
    memcpy((void *)(machine.ram_vaddr + at), &value, sizeof(value));
}

/*
 * An access across two pages, translated by mostly valid tables: the first page is the distributor,
 * the second is memory with any attributes. Memory that EL0 must not write must not change.
 */
static void straddle(size_t id)
{
    enum {
        LEVEL_1 = 0x8000,
        LEVEL_2 = 0x9000,
        LEVEL_3 = 0xa000,
        CODE = 0xc000,
        SECOND = 0xd000,
        PAGE = 0x1000,
        TABLE = 3,
        EL0_WRITES = 3 << 6 | 1 << 10 | 3, /* AP, AF, a page */
        EL0_MAY_WRITE = 1 << 6 | 1 << 10 | 3
    };
    static const uint32_t words[] = {0xa9000801, 0xa9400801, 0x29000801, 0xf8000001, 0x6c000400,
                                     0x4c9f0000, 0xd50b7420, 0xb8400801, 0xb8000801, 0xc8027c01};
    struct vcpu *vcpu = &vcpus[id];
    uint8_t *ram = (uint8_t *)machine.ram_vaddr;
    uint64_t choice = take(1), size = take(1), second = take(2), upper = take(2);
    bool el0 = choice & 1, write = choice & 2, wild = choice >> 4 == 0xf;
    uint32_t word = wild ? (uint32_t)take(4) : words[(choice >> 2) % 10];
    second = (machine.ram_ipa + SECOND) | (second & 0xfff) | (upper & 0x3ff) << 50;
    uint64_t tables[] = {(machine.ram_ipa + LEVEL_2) | TABLE | (upper >> 10 & 0xf) << 59,
                         (machine.ram_ipa + LEVEL_3) | TABLE,
                         (machine.ram_ipa + CODE) | 0x4c3, /* readable and executable for both */
                         machine.gicd_ipa | 0x443, second};
    memcpy(ram + LEVEL_1, &tables[0], 8);
    memcpy(ram + LEVEL_2, &tables[1], 8);
    memcpy(ram + LEVEL_3, &tables[2], 3 * sizeof(tables[0]));
    memcpy(ram + CODE, &word, sizeof(word));
    memset(ram + SECOND, 0x5e, 64);
    vcpu->system[seL4_VCPUReg_SCTLR] = 1;
    vcpu->system[seL4_VCPUReg_TCR] = 25 | UINT64_C(2) << 32 | (wild ? take(8) : 0);
    vcpu->system[seL4_VCPUReg_TTBR0] = machine.ram_ipa + LEVEL_1;
    vcpu->context.pc = 0;
    vcpu->context.spsr = el0 ? 0 : 5;
    vcpu->context.x0 = 2 * PAGE - (size % 4 + 1) * 4;
    seL4_Word message[seL4_VMFault_Length] = {
        [seL4_VMFault_Addr] = machine.gicd_ipa + vcpu->context.x0 % PAGE,
        [seL4_VMFault_FSR] = 0x92000007 | write << 6 | (wild ? take(4) % (1u << 26) : 0),
    };
    raise_fault(id, seL4_Fault_VMFault, message, seL4_VMFault_Length);
    if (!el0 || (second & EL0_WRITES) == EL0_MAY_WRITE)
        return;
    for (unsigned i = 0; i < 64; i++) {
        if (ram[SECOND + i] != 0x5e) {
            fprintf(stderr, "EL0 wrote memory that it may not, by descriptor %lx\n", second);
            abort();
        }
    }
}

static void interface(size_t id)
{
    static const uint8_t offsets[] = {GICV_IAR, GICV_EOIR, GICV_CTLR,
                                      GICV_PMR, GICV_AIAR, GICV_AEOIR};
    static const uint16_t registers[] = {ICC_IAR0,    ICC_IAR1,    ICC_EOIR0, ICC_EOIR1, ICC_PMR,
                                         ICC_IGRPEN0, ICC_IGRPEN1, ICC_CTLR,  ICC_DIR};
    uint64_t at = take(1);
    struct gicv *gicv = &vcpus[id].gicv;
    uint32_t offset = at == 0xff ? (uint32_t)GICV_DIR : offsets[at % sizeof(offsets)];
    uint16_t encoding = registers[at % (sizeof(registers) / sizeof(registers[0]))];
    bool reads = take(1) % 2;
    kernel_switch(id);
    if (gicv->version == 3 && reads)
        icv_read(gicv, encoding);
    else if (gicv->version == 3)
        icv_write(gicv, encoding, take(2));
    else if (reads)
        gicv_read(gicv, offset);
    else
        gicv_write(gicv, offset, (uint32_t)take(2));
    kernel_maintenance(id);
}

static void (*const actions[])(size_t id) = {
    vm_fault,  vm_fault,     vcpu_fault, other_fault,
    timer,     set_register, set_memory, set_system_register,
    interface, sgi_fault,    straddle,   straddle};

static void set_up(unsigned how)
{
    machine.vcpus = how % HOST_VCPUS + 1;
    gic_version = how & 8 ? 3 : 2;
    target_reset(how & 4);
    subject_reset(&machine);
    subject_init(0);
    subject_register(0, 40, true, 1);
    subject_register_passthrough(0, 41, 2);
    subject_register_handler(0x10000000, 0x200, 3);
    subject_start(0, machine.ram_ipa, machine.ram_ipa + 0x1000, 0);
    target_called(0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    machine_map();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t seen[1 << 16];
    input = data;
    left = size;
    set_up((unsigned)take(1));
    report_begin(seen, sizeof(seen));
    while (left > 0) {
        uint8_t action = (uint8_t)take(1);
        size_t id = action % machine.vcpus;
        if (action >= 0xf0)
            subject_inject(0, 40);
        else if (action >= 0xe0)
            subject_handle_passthrough(2);
        else if (vcpus[id].state == THREAD_RUNNING)
            actions[action / 4 % (sizeof(actions) / sizeof(actions[0]))](id);
        target_called(0);
        if (kernel_refused) {
            fprintf(stderr, "the kernel refused invocation %lu of the VMM's\n", kernel_refused);
            abort();
        }
    }
    return 0;
}
