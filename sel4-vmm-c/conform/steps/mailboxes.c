/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailboxes.h"
#include "report.h"
#include <agent_config.h>

extern const char probe_program[], probe_program_end[];

enum {
    BL_OFFSET = 0x03ffffff,
    BRK_COMMENT_SHIFT = 5,
    CODE = 0x10000, /* offset in guest RAM */
    CODE_PLACES = 256
};
static const uint32_t instruction_bl = 0x94000000, instruction_brk = 0xd4200000;

volatile struct mailbox *mailbox_of(size_t id)
{
    return (volatile struct mailbox *)(probe_vaddr + PROBE_MAILBOXES + id * PROBE_MAILBOX_SIZE);
}

void mailboxes_load(uint64_t doorbell)
{
    volatile char *to = (volatile char *)probe_vaddr;
    for (const char *from = probe_program; from < probe_program_end; from++)
        *to++ = *from;
    for (size_t id = 0; id < PROBE_VCPUS; id++)
        mailbox_of(id)->doorbell = doorbell;
}

/* Writes an instruction to guest RAM. The guest fetches it with its caches off. */
static void place_instruction(uint64_t ipa, uint32_t instruction)
{
    volatile uint32_t *word =
        (volatile uint32_t *)(guest_ram_vaddr + (uintptr_t)(ipa - AGENT_RAM_BASE));
    if (*word == instruction)
        return;
    *word = instruction;
    __asm__ volatile("dc cvac, %0\n\tdsb sy" : : "r"(word) : "memory");
}

void vcpu_expect_at(uint64_t ipa)
{
    if (ipa - AGENT_RAM_BASE > AGENT_RAM_SIZE - INSTRUCTION || ipa % INSTRUCTION != 0)
        return;
    uint32_t offset = (uint32_t)((AGENT_PROBE_BASE - ipa) / INSTRUCTION);
    place_instruction(ipa, instruction_bl | (offset & BL_OFFSET));
}

/*
 * The address at which an instruction is executed. It is in RAM, because a VMM may have to read it.
 * Frequent instructions keep a place of their own, because changing code costs more than executing
 * it.
 */
static uint64_t code_for(uint32_t word)
{
    uint32_t mixed = word ^ word >> 10 ^ word >> 21;
    return AGENT_RAM_BASE + CODE + mixed % CODE_PLACES * 2 * INSTRUCTION;
}

void mailbox_prepare(size_t id, uint32_t word, uint64_t pstate)
{
    volatile struct mailbox *mailbox = mailbox_of(id);
    uint64_t code = code_for(word);
    place_instruction(code, word);
    place_instruction(code + INSTRUCTION, instruction_brk | PROBE_BREAK << BRK_COMMENT_SHIFT);
    mailbox->code = code;
    mailbox->run = (uint32_t)pstate;
    mailbox->control = pstate & PSTATE_BIG_ENDIAN ? SCTLR_BIG_ENDIAN : 0;
    mailbox->command = PROBE_EXECUTE;
    mailbox->ended = 0;
}

void vcpu_get(size_t id, struct registers *registers)
{
    for (unsigned i = 0; i < GPRS; i++)
        registers->x[i] = mailbox_of(id)->x[i];
    registers->sp = mailbox_of(id)->sp;
}

void vcpu_set(size_t id, const struct registers *registers)
{
    for (unsigned i = 0; i < GPRS; i++)
        mailbox_of(id)->x[i] = registers->x[i];
    mailbox_of(id)->sp = registers->sp;
}

void mailbox_report_start(size_t id)
{
    const volatile struct mailbox *mailbox = mailbox_of(id);
    uint64_t rest = 0;
    for (unsigned i = 1; i < GPRS - 1; i++) /* x30 has the address of its start */
        rest |= mailbox->x[i];
    struct event_start event = {
        .tag = EVENT_START,
        .vcpu = (uint8_t)id,
        .pc = mailbox->started - INSTRUCTION,
        .x0 = mailbox->x[0],
        .clean = rest == 0,
        .pstate = (uint32_t)mailbox->pstate,
        .sctlr = mailbox->sctlr,
    };
    report(&event, sizeof(event));
}

void vcpu_report_next(size_t id)
{
    struct outcome_next outcome = {OUTCOME_NEXT, (uint32_t)mailbox_of(id)->spsr};
    report(&outcome, sizeof(outcome));
}

void vcpu_report_exception(size_t id)
{
    const volatile struct mailbox *mailbox = mailbox_of(id);
    struct outcome_exception outcome = {
        .tag = OUTCOME_EXCEPTION,
        .vector = (uint32_t)mailbox->vector,
        .esr = (uint32_t)mailbox->esr,
        .far = mailbox->far,
        .elr = mailbox->elr - mailbox->code,
        .spsr = (uint32_t)mailbox->spsr,
    };
    report(&outcome, sizeof(outcome));
}
