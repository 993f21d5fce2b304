/* SPDX-License-Identifier: BSD-2-Clause */
#include "vcpus.h"
#include "report.h"
#include "steps.h"
#include <agent_config.h>
#include <microkit.h>

extern uintptr_t guest_ram_vaddr, probe_vaddr;
extern const char probe_program[], probe_program_end[];

enum {
    /* Where Microkit's own loop waits, and what it answers with (libmicrokit). */
    INPUT_CAP = 1,
    REPLY_CAP = 4,
    BADGE_FAULT_BIT = 62,
    BADGE_CHILD = 0xff,

    INSTRUCTION = 4,
    BL = 0x94000000u,
    BL_OFFSET = 0x03ffffff,
    BRK = 0xd4200000u,
    BRK_COMMENT_SHIFT = 5,
    FAULTS_MAX = 500, /* of one step: more, and it goes nowhere */

    SCTLR_RESET = 0x00c50838, /* MMU and caches off */
    MPIDR_RES1 = 0x80000000u
};

static struct {
    bool parked;
    bool used;    /* has run in this case: its CPU interface may hold something */
    bool leaving; /* is to execute what is in its mailbox */
    seL4_Word pc; /* of the store that rings its doorbell */
} vcpus[PROBE_VCPUS];

/* Faults are ours while the machine is put back, not the subject's. */
static bool cleaning;
static bool reply_due;
static unsigned faults;
static size_t exhausted; /* vCPU that was stopped for its faults; PROBE_VCPUS for none */

struct mailbox *vcpu_mailbox(size_t id)
{
    return (struct mailbox *)(probe_vaddr + PROBE_MAILBOXES + id * PROBE_MAILBOX_SIZE);
}

void vcpus_load(void)
{
    volatile char *to = (volatile char *)probe_vaddr;
    for (const char *from = probe_program; from < probe_program_end; from++)
        *to++ = *from;
    for (size_t id = 0; id < PROBE_VCPUS; id++) {
        volatile struct mailbox *mailbox = vcpu_mailbox(id);
        mailbox->doorbell = AGENT_DOORBELL;
        mailbox->after = BRK | PROBE_BREAK << BRK_COMMENT_SHIFT;
    }
}

void vcpu_expect_at(uint64_t ipa)
{
    if (ipa < AGENT_RAM_BASE || ipa - AGENT_RAM_BASE > AGENT_RAM_SIZE - INSTRUCTION || ipa % INSTRUCTION)
        return;
    volatile uint32_t *word = (volatile uint32_t *)(guest_ram_vaddr + (uintptr_t)(ipa - AGENT_RAM_BASE));
    *word = BL | ((uint32_t)((AGENT_PROBE_BASE - ipa) / INSTRUCTION) & BL_OFFSET);
    __asm__ volatile("dc cvac, %0\n\tdsb sy" : : "r"(word) : "memory");
}

bool vcpu_runs(size_t id)
{
    return vcpus[id].parked;
}

static void report_start(size_t id)
{
    const volatile struct mailbox *mailbox = vcpu_mailbox(id);
    uint64_t rest = 0;
    for (int i = 1; i < 30; i++)
        rest |= mailbox->x[i];
    struct event_start event = {
        EVENT_START, (uint8_t)id, mailbox->started - INSTRUCTION, mailbox->x[0], rest == 0,
        (uint32_t)((mailbox->pstate & 0x3c0) | (mailbox->pstate & 0xd)), mailbox->sctlr,
    };
    report(&event, sizeof(event));
}

static void park(size_t id)
{
    const volatile struct mailbox *mailbox = vcpu_mailbox(id);
    vcpus[id].pc = microkit_mr_get(seL4_VMFault_IP);
    if (vcpus[id].leaving && !vcpus[id].parked) {
        /* It was let go for this: the command is in its mailbox. */
        vcpus[id].leaving = false;
    }
    if (!vcpus[id].used && !cleaning)
        vcpus[id].used = true;
    seL4_TCB_Suspend(BASE_VM_TCB_CAP + id);
    vcpus[id].parked = true;
    (void)mailbox;
}
