/* SPDX-License-Identifier: BSD-2-Clause */
#include "vcpus.h"
#include "interface.h"
#include "line.h"
#include "mailboxes.h"
#include "subject.h"
#include "uart.h"
#include <agent_config.h>

enum {
    /* Capabilities of Microkit's event loop (libmicrokit). */
    INPUT_CAP = 1,
    REPLY_CAP = 4,
    BADGE_FAULT_BIT = 62,
    BADGE_CHILD = 0xff,
    ALL_CORES = (1 << AGENT_CORES) - 1,

    FAULTS_MAX = 500, /* in one step; with more, the vCPU is stuck */

    SCTLR_RESET = 0x00c50838 /* MMU and caches off */
};
static const seL4_Word mpidr_res1 = 0x80000000;

enum place {
    OFF,
    PARKED,   /* suspended at its doorbell */
    LOOSE,    /* resumed, to ring again */
    EXECUTING /* resumed, to execute its mailbox */
};

static struct {
    enum place place;
    seL4_Word pc; /* of the store to its doorbell */
} vcpus[PROBE_VCPUS];

static bool cleaning;       /* the agent handles faults itself */
static bool reply_due;      /* for the last fault */
static bool input_seen;     /* the UART's interrupt arrived and is not acknowledged */
static unsigned faults;     /* in this step */
static bool look_for_idle;  /* it is unknown which vCPUs run */
static unsigned idle_cores; /* bit n: the idle domain of core n has answered */
static size_t exhausted;    /* the vCPU that was stopped for too many faults, or PROBE_VCPUS */

void vcpus_load(void)
{
    mailboxes_load(AGENT_DOORBELL);
}

bool vcpu_runs(size_t id)
{
    if (vcpus[id].place != PARKED)
        vcpus_settle(); /* it may have been woken since */
    return vcpus[id].place == PARKED;
}

/* Resumes a vCPU after its doorbell. */
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

/* Handles the doorbell of a vCPU. */
static void rung(size_t id)
{
    volatile struct mailbox *mailbox = mailbox_of(id);
    vcpus[id].pc = microkit_mr_get(seL4_VMFault_IP);
    if (cleaning && mailbox->ended == PROBE_ENDED_START) {
        mailbox->x[0] = interface_base;
        mailbox->x[1] = AGENT_INTIDS;
        let_in(id);
        return;
    }
    seL4_TCB_Suspend(BASE_VM_TCB_CAP + id); /* drops the fault */
    vcpus[id].place = cleaning ? OFF : PARKED;
    if (mailbox->ended == PROBE_ENDED_START && !cleaning)
        mailbox_report_start(id);
    if (vcpus[id].place == PARKED && mailbox->ended == PROBE_ENDED_START)
        mailbox->ended = 0;
}

/*
 * A trapped instruction (SMC, WFI) may stop and start any vCPU. The message must survive the
 * resumption of the others.
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
        /* With a deferred call the vCPU is resumed otherwise than by a reply. */
        look_for_idle = look_for_idle || (!reply_due && !microkit_have_signal);
    }
}

/* Handles what was received. True: a fault. */
static bool take(seL4_Word badge, microkit_msginfo info)
{
    line_poll();
    if (badge >> BADGE_FAULT_BIT & 1) {
        handle_fault(badge & BADGE_CHILD, info);
        return true;
    }
    input_seen = input_seen || badge >> AGENT_UART_CHANNEL & 1;
    idle_cores |= badge >> AGENT_IDLE_CHANNEL & ALL_CORES;
    return false;
}

/* Waits for one event as Microkit's loop does. True: it was a fault. */
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
    return take(badge, info);
}

void vcpus_send_deferred(void)
{
    if (!microkit_have_signal)
        return;
    microkit_have_signal = false;
    seL4_Send(microkit_signal_cap, microkit_signal_msg);
}

/* Whether a vCPU or a reply is due to come back. */
static bool is_expected(void)
{
    for (size_t id = 0; id < PROBE_VCPUS; id++) {
        if (vcpus[id].place == EXECUTING)
            return true;
    }
    return reply_due;
}

/*
 * Handles a fault that waits behind the notifications, which seL4 delivers first. It can wait only
 * if its vCPU runs on another core, because the agent has the highest priority on its own.
 */
static bool take_waiting_fault(void)
{
    seL4_Word badge = 0;
    if (AGENT_CORES == 1)
        return false;
    if (reply_due)
        seL4_Send(REPLY_CAP, seL4_MessageInfo_new(0, 0, 0, 0));
    reply_due = false;
    vcpus_send_deferred();
    seL4_MessageInfo_t info = seL4_NBRecv(INPUT_CAP, &badge, REPLY_CAP);
    return badge != 0 && take(badge, info);
}

/* Waits until each core has run its idle domain. True: no fault came meanwhile. */
static bool idle_round(void)
{
    bool quiet = true;
    idle_cores = 0;
    for (size_t core = 0; core < AGENT_CORES; core++)
        microkit_notify(AGENT_IDLE_CHANNEL + core);
    while (idle_cores != ALL_CORES)
        quiet = !next_event() && quiet;
    while (take_waiting_fault())
        quiet = false;
    return quiet;
}

/*
 * Runs the vCPUs until none runs any more. An idle domain answers when nothing else runs on its
 * core. On one core that is the end. On several, a fault that was handled since may have resumed a
 * vCPU on a core that has answered, and a core may answer before it learns that another one has
 * resumed a vCPU there: two rounds without a fault tell that nothing runs.
 */
static void run_until_idle(void)
{
    unsigned quiet = 0;
    do {
        quiet = idle_round() ? quiet + 1 : 0;
    } while (AGENT_CORES > 1 && quiet < 2);
}

/*
 * Runs the vCPUs until all that are expected are back. If any may have been stopped or started,
 * runs them until none runs.
 */
static void run(void)
{
    faults = 0;
    exhausted = PROBE_VCPUS;
    while (!look_for_idle && is_expected())
        next_event();
    if (look_for_idle)
        run_until_idle();
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

enum vcpu_outcome vcpu_execute(size_t id, uint32_t word, uint64_t pstate)
{
    mailbox_prepare(id, word, pstate);
    let_in(id);
    run();
    if (exhausted == id)
        return VCPU_AGAIN;
    if (vcpus[id].place != PARKED)
        return VCPU_GONE;
    return mailbox_of(id)->ended == PROBE_ENDED_EXCEPTION ? VCPU_EXCEPTION : VCPU_NEXT;
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
