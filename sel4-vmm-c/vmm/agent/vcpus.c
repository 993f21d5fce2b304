/* SPDX-License-Identifier: BSD-2-Clause */
#include "vcpus.h"
#include "report.h"
#include "subject.h"
#include "uart.h"
#include <agent_config.h>

extern uintptr_t guest_ram_vaddr, probe_vaddr;
extern const char probe_program[], probe_program_end[];

enum {
    /* Where Microkit's own loop waits, and with what it answers (libmicrokit). */
    INPUT_CAP = 1,
    REPLY_CAP = 4,
    BADGE_FAULT_BIT = 62,
    BADGE_CHILD = 0xff,

    INSTRUCTION = 4,
    BL_OFFSET = 0x03ffffff,
    BRK_COMMENT_SHIFT = 5,
    CODE = 0x10000, /* from the start of guest RAM */
    CODE_PLACES = 256,
    FAULTS_MAX = 500, /* in one step: more, and it goes nowhere */

    SCTLR_RESET = 0x00c50838 /* MMU and caches off */
};
static const uint32_t instruction_bl = 0x94000000, instruction_brk = 0xd4200000;
static const seL4_Word mpidr_res1 = 0x80000000;

enum place {
    OFF,
    PARKED,   /* suspended at its doorbell */
    LOOSE,    /* let go, to ring again */
    EXECUTING /* let go, to do what is in its mailbox */
};

static struct {
    enum place place;
    seL4_Word pc; /* of the store that rings its doorbell */
} vcpus[PROBE_VCPUS];

static bool cleaning;      /* faults are the agent's own */
static bool reply_due;     /* to the fault that came last */
static bool input_seen;    /* the UART's interrupt came and was not acknowledged */
static unsigned faults;    /* of the step */
static bool look_for_idle; /* what runs and what does not has to be found out */
static size_t exhausted;   /* the vCPU that was stopped for its faults, or PROBE_VCPUS */

static volatile struct mailbox *mailbox_of(size_t id)
{
    return (volatile struct mailbox *)(probe_vaddr + PROBE_MAILBOXES + id * PROBE_MAILBOX_SIZE);
}

void vcpus_load(void)
{
    volatile char *to = (volatile char *)probe_vaddr;
    for (const char *from = probe_program; from < probe_program_end; from++)
        *to++ = *from;
    for (size_t id = 0; id < PROBE_VCPUS; id++) {
        mailbox_of(id)->doorbell = AGENT_DOORBELL;
    }
}

/* An instruction in guest RAM: the guest fetches it past the caches. */
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
 * Where an instruction is executed: in RAM, as a VMM may have to read it. The usual ones have a
 * place each, where they stay: to change code costs more than to execute it.
 */
static uint64_t code_for(uint32_t word)
{
    uint32_t mixed = word ^ word >> 10 ^ word >> 21;
    return AGENT_RAM_BASE + CODE + mixed % CODE_PLACES * 2 * INSTRUCTION;
}

bool vcpu_runs(size_t id)
{
    if (vcpus[id].place != PARKED)
        vcpus_settle(); /* it may have been woken since it was last looked for */
    return vcpus[id].place == PARKED;
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

/* Past the doorbell. */
static void let_in(size_t id)
{
    seL4_UserContext context = {.pc = vcpus[id].pc + INSTRUCTION};
    vcpus[id].place = EXECUTING;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + id, true, 0, 1, &context);
}

void vcpus_loosen(void)
{
    for (size_t id = 0; id < PROBE_VCPUS; id++) {
        if (vcpus[id].place != PARKED)
            continue;
        vcpus[id].place = LOOSE;
        seL4_TCB_Resume(BASE_VM_TCB_CAP + id);
    }
}

static void report_start(size_t id)
{
    const volatile struct mailbox *mailbox = mailbox_of(id);
    uint64_t rest = 0;
    for (unsigned i = 1; i < GPRS - 1; i++) /* x30 says where it started */
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

/* The vCPU has rung its doorbell. */
static void rung(size_t id)
{
    volatile struct mailbox *mailbox = mailbox_of(id);
    vcpus[id].pc = microkit_mr_get(seL4_VMFault_IP);
    if (cleaning && mailbox->ended == PROBE_ENDED_START) {
        mailbox->x[0] = AGENT_GICC_BASE;
        mailbox->x[1] = AGENT_INTIDS;
        let_in(id);
        return;
    }
    seL4_TCB_Suspend(BASE_VM_TCB_CAP + id); /* drops the fault */
    vcpus[id].place = cleaning ? OFF : PARKED;
    if (mailbox->ended == PROBE_ENDED_START && !cleaning)
        report_start(id);
    if (vcpus[id].place == PARKED && mailbox->ended == PROBE_ENDED_START)
        mailbox->ended = 0;
}

/*
 * A trapped instruction (SMC, WFI) may stop and start any vCPU; the message must survive letting
 * the others go.
 */
static bool trapped(size_t id, microkit_msginfo info)
{
    seL4_Word syndrome = microkit_mr_get(seL4_VCPUFault_HSR);
    look_for_idle = true;
    vcpus_loosen();
    microkit_mr_set(seL4_VCPUFault_HSR, syndrome);
    return subject_fault(id, info);
}

static void handle_fault(size_t id, microkit_msginfo info)
{
    seL4_Word label = microkit_msginfo_get_label(info);
    if (label == seL4_Fault_VMFault && microkit_mr_get(seL4_VMFault_Addr) == AGENT_DOORBELL) {
        rung(id);
    } else if (cleaning) {
        reply_due = true;
    } else if (++faults > FAULTS_MAX) {
        seL4_TCB_Suspend(BASE_VM_TCB_CAP + id);
        look_for_idle = true;
        exhausted = id;
    } else {
        reply_due = label == seL4_Fault_VCPUFault ? trapped(id, info) : subject_fault(id, info);
        /* With something deferred the vCPU was let go on by other means than a reply. */
        look_for_idle = look_for_idle || (!reply_due && !microkit_have_signal);
    }
}

/* Waits for one event as Microkit's loop does; true: nothing runs any more. */
static bool next_event(void)
{
    seL4_MessageInfo_t none = seL4_MessageInfo_new(0, 0, 0, 0);
    seL4_MessageInfo_t info;
    seL4_Word badge = 0;
    if (reply_due) {
        reply_due = false;
        info = seL4_ReplyRecv(INPUT_CAP, none, &badge, REPLY_CAP);
    } else if (microkit_have_signal) {
        microkit_have_signal = false;
        info =
            seL4_NBSendRecv(microkit_signal_cap, microkit_signal_msg, INPUT_CAP, &badge, REPLY_CAP);
    } else {
        info = seL4_Recv(INPUT_CAP, &badge, REPLY_CAP);
    }
    if (badge >> BADGE_FAULT_BIT & 1) {
        handle_fault(badge & BADGE_CHILD, info);
        return false;
    }
    input_seen = input_seen || badge >> AGENT_UART_CHANNEL & 1;
    return badge >> AGENT_IDLE_CHANNEL & 1;
}

void vcpus_send_deferred(void)
{
    if (!microkit_have_signal)
        return;
    microkit_have_signal = false;
    seL4_Send(microkit_signal_cap, microkit_signal_msg);
}

/* Whether something is on its way that comes back by itself. */
static bool is_expected(void)
{
    for (size_t id = 0; id < PROBE_VCPUS; id++) {
        if (vcpus[id].place == EXECUTING)
            return true;
    }
    return reply_due;
}

/*
 * Lets everything run until what is expected is back; or, where anything may have been stopped or
 * started, until the idle domain says that nothing runs any more.
 */
static void run(void)
{
    bool asked = false, idle = false;
    faults = 0;
    exhausted = PROBE_VCPUS;
    while (look_for_idle ? !idle : is_expected()) {
        if (look_for_idle && !asked) {
            asked = true;
            microkit_notify(AGENT_IDLE_CHANNEL);
        }
        idle = next_event();
    }
    vcpus_send_deferred();
    if (!look_for_idle)
        return;
    look_for_idle = false;
    for (size_t id = 0; id < PROBE_VCPUS; id++) {
        if (vcpus[id].place != PARKED)
            vcpus[id].place = OFF;
    }
}

void vcpus_settle(void)
{
    look_for_idle = true;
    run();
}

static void clean(size_t id)
{
    seL4_UserContext context = {.pc = AGENT_PROBE_BASE, .spsr = PROBE_PSTATE};
    volatile struct mailbox *mailbox = mailbox_of(id);
    seL4_TCB_Suspend(BASE_VM_TCB_CAP + id);
    seL4_ARM_VCPU_WriteRegs(BASE_VCPU_CAP + id, seL4_VCPUReg_SCTLR, SCTLR_RESET);
    seL4_ARM_VCPU_WriteRegs(BASE_VCPU_CAP + id, seL4_VCPUReg_VMPIDR_EL2, mpidr_res1 | id);
    enum {
        PC_SP_SPSR = 3
    };
    mailbox->command = PROBE_CLEAN;
    seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + id, true, 0, PC_SP_SPSR, &context);
    vcpus_settle();
    seL4_ARM_VCPU_AckVPPI(BASE_VCPU_CAP + id, AGENT_VTIMER_INTID);
}

void vcpus_reset(size_t count)
{
    cleaning = true;
    reply_due = false;
    microkit_have_signal = false;
    for (size_t id = 0; id < count; id++) {
        clean(id);
        vcpus[id].place = OFF;
    }
    cleaning = false;
}

enum vcpu_outcome vcpu_execute(size_t id, uint32_t word)
{
    volatile struct mailbox *mailbox = mailbox_of(id);
    uint64_t code = code_for(word);
    place_instruction(code, word);
    place_instruction(code + INSTRUCTION, instruction_brk | PROBE_BREAK << BRK_COMMENT_SHIFT);
    mailbox->code = code;
    mailbox->command = PROBE_EXECUTE;
    mailbox->ended = 0;
    let_in(id);
    run();
    if (exhausted == id)
        return VCPU_AGAIN;
    if (vcpus[id].place != PARKED)
        return VCPU_GONE;
    return mailbox->ended == PROBE_ENDED_EXCEPTION ? VCPU_EXCEPTION : VCPU_NEXT;
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

void vcpus_wait_for_input(void)
{
    uart_interrupt_seen();
    if (input_seen) {
        input_seen = false;
        microkit_irq_ack(AGENT_UART_CHANNEL);
    }
    if (!uart_has_input() && !input_seen)
        next_event();
}
