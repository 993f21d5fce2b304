/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake.h"
#include "cpu.h"
#include <stdio.h>
#include <string.h>
#include <vmm_config.h>

seL4_UserContext fake_contexts[VMM_MAX_VCPUS];
bool fake_runs[VMM_MAX_VCPUS];
char fake_moves[256];
uint64_t fake_count;
unsigned fake_lines;
seL4_Word fake_vcpu_reg[VMM_MAX_VCPUS][seL4_VCPUReg_Num];
char fake_loads[4096];
_Alignas(16) uint8_t fake_ram[VMM_GUEST_RAM_SIZE];

static seL4_IPCBuffer buffer;
seL4_IPCBuffer *__sel4_ipc_buffer = &buffer;
char microkit_name[MICROKIT_PD_NAME_LENGTH] = "unit test";
seL4_Word microkit_irqs, microkit_notifications, microkit_pps;
seL4_Bool microkit_have_signal;
seL4_CPtr microkit_signal_cap;
seL4_MessageInfo_t microkit_signal_msg;

/* AArch64 code cannot run here: this program is at its end from the start. */
__asm__(".section .rodata\n"
        ".global reset_program, reset_program_end\n"
        "reset_program: .long 0xd4000003\n" /* smc #0 */
        "reset_program_end:\n"
        ".text\n");

static void note_load(seL4_Word vcpu_id, seL4_Word virq)
{
    size_t used = strlen(fake_loads);
    snprintf(fake_loads + used, sizeof(fake_loads) - used, " %lu:%lu=%lu,%lu,%lu", vcpu_id,
             virq >> 32 & 0xff, virq & 0xffff, virq >> 16 & 0xff, virq >> 24 & 0xff);
}

/* Message register 1 has the count of words. A write has them after it; a read replaces all. */
static void transfer(size_t vcpu_id, seL4_internal_regs *regs, bool write)
{
    seL4_Word *context = (seL4_Word *)&fake_contexts[vcpu_id];
    seL4_Word count = regs->mr[1], first = write ? 2 : 0;
    for (seL4_Word i = 0; i < count; i++) {
        seL4_Word at = first + i;
        seL4_Word *message = at < seL4_FastMessageRegisters ? &regs->mr[at] : &buffer.msg[at];
        if (write)
            context[i] = *message;
        else
            *message = context[i];
    }
}

static void move(size_t vcpu_id, bool runs)
{
    size_t used = strlen(fake_moves);
    fake_runs[vcpu_id] = runs;
    snprintf(fake_moves + used, sizeof(fake_moves) - used, " %c%zu", runs ? '+' : '-', vcpu_id);
}

static void invoke_tcb(size_t vcpu_id, seL4_Word label, seL4_internal_regs *regs)
{
    bool resume = regs->mr[0] & 1;
    switch (label) {
    case TCBReadRegisters: transfer(vcpu_id, regs, false); break;
    case TCBWriteRegisters:
        transfer(vcpu_id, regs, true);
        if (resume)
            move(vcpu_id, true);
        break;
    case TCBSuspend: move(vcpu_id, false); break;
    case TCBResume: move(vcpu_id, true); break;
    default: break;
    }
}

seL4_internal_regs seL4_internal_syscall(seL4_Word number, seL4_internal_regs regs)
{
    (void)number;
    seL4_MessageInfo_t tag = {.words = {regs.info}};
    seL4_Word label = seL4_MessageInfo_get_label(tag);
    if (regs.dest - BASE_VM_TCB_CAP < VMM_MAX_VCPUS)
        invoke_tcb(regs.dest - BASE_VM_TCB_CAP, label, &regs);
    seL4_Word vcpu_id = regs.dest - BASE_VCPU_CAP;
    regs.info = 0;
    if (vcpu_id >= VMM_MAX_VCPUS)
        return regs;
    switch (label) {
    case ARMVCPUReadReg: regs.mr[0] = fake_vcpu_reg[vcpu_id][regs.mr[0]]; break;
    case ARMVCPUWriteReg: fake_vcpu_reg[vcpu_id][regs.mr[0]] = regs.mr[1]; break;
    case ARMVCPUInjectIRQ: note_load(vcpu_id, regs.mr[0]); break;
    case ARMVCPUAckVPPI: strcat(fake_moves, " ack"); break;
    default: break;
    }
    return regs;
}

void fake_ride(void)
{
    if (microkit_have_signal)
        note_load(microkit_signal_cap - BASE_VCPU_CAP, seL4_GetMR(0));
    microkit_have_signal = false;
}

void seL4_internal_syscall_null(seL4_Word number, seL4_Word dest, seL4_Word info)
{
    (void)number, (void)dest, (void)info;
}

void microkit_internal_no_channel(microkit_channel ch, const char *function)
{
    (void)ch, (void)function;
}

void microkit_dbg_putc(int c)
{
    fake_lines += c == '\n';
    fputc(c, stderr);
}

void microkit_dbg_puts(const char *s)
{
    for (const char *at = s; *at; at++)
        fake_lines += *at == '\n';
    fputs(s, stderr);
}

void microkit_dbg_put32(seL4_Uint32 x)
{
    fprintf(stderr, "%u", x);
}

uint64_t cpu_physical_count(void)
{
    return fake_count;
}

uintptr_t fake_cleaned;

void cpu_clean(const void *start, size_t size)
{
    fake_cleaned = size == 4 ? (uintptr_t)start : 0;
}

size_t cpu_zva_size(void)
{
    return 64;
}
