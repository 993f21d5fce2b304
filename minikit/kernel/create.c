/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Creates the system from the system table: protection domains, virtual machines, and their
 * capabilities, at the slots that libmicrokit uses.
 */
#include "create.h"

#include <microkit.h>

#include "budget.h"
#include "fault.h"
#include "heap.h"
#include "irq.h"
#include "sched.h"
#include "space.h"
#include "system.h"
#include "vcpu.h"

/* Slots without a name in microkit.h. */
enum {
    INPUT_CAP = 1,
    FAULT_CAP = 2, /* the endpoint of a child's faults, in later versions of Microkit */
    VSPACE_CAP = 3,
    REPLY_CAP = 4,
};

/* Badges by which a receiver identifies a message. */
#define BADGE_CALL  (1ull << 63)
#define BADGE_FAULT (1ull << 62)

static struct pd *pds[MAX_PDS];
static struct vcpu *vcpus[MAX_VCPUS];
static uint64_t spaces[MAX_SPACES]; /* VTTBR_EL2 of each */

static struct cap cap_of(enum cap_type type, void *object, uint64_t badge)
{
    return (struct cap){.type = type, .object = object, .badge = badge};
}

static void init_thread(struct thread *thread, const char *name, uint32_t space, uint32_t priority)
{
    memcpy(thread->name, name, NAME_SIZE);
    thread->priority = (uint8_t)priority;
    thread->vttbr = spaces[space];
    thread->regs[REG_SPSR] = spsr_initial();
}

static void init_context(struct thread *thread, struct sched_context *sc, uint64_t budget_us,
                         uint64_t period_us)
{
    budget_init(sc, budget_us, period_us);
    sc->thread = thread;
    thread->sc = sc;
}

/* Whether it can receive calls or faults, not only notifications. */
static bool needs_endpoint(uint32_t index)
{
    for (uint32_t i = 0; i < system->channel_count; i++) {
        const struct mk_channel *channel = system_channel(i);
        if ((channel->pd_a == index && channel->flags & MK_CHANNEL_B_CALLS) ||
            (channel->pd_b == index && channel->flags & MK_CHANNEL_A_CALLS)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < system->pd_count; i++) {
        if (system_pd(i)->parent == index) {
            return true;
        }
    }
    for (uint32_t i = 0; i < system->vcpu_count; i++) {
        if (system_vcpu(i)->pd == index) {
            return true;
        }
    }
    return false;
}

static void create_pd(uint32_t index)
{
    const struct mk_pd *from = system_pd(index);
    struct pd *pd = pds[index] = heap_pages(MK_PD_HEAP_PAGES, 1);
    struct thread *thread = &pd->thread;
    init_thread(thread, from->name, from->space, from->priority);
    init_context(thread, &pd->sc, from->budget_us, from->period_us);
    thread->regs[REG_PC] = thread->regs[REG_FAULT_PC] = from->entry;
    thread->regs[REG_SP] = from->stack_top;
    thread->ipc_buffer = (uint64_t *)(uintptr_t)from->ipc_buffer_paddr;
    thread->caps = pd->caps;
    thread->cap_count = CAP_SLOTS;
    thread->notification = &pd->notification;
    pd->notification.bound = thread;

    pd->caps[INPUT_CAP] = needs_endpoint(index) ? cap_of(CAP_ENDPOINT, &pd->endpoint, 0)
                                                : cap_of(CAP_NOTIFICATION, &pd->notification, 0);
    pd->caps[VSPACE_CAP] = cap_of(CAP_VSPACE, NULL, 0);
    pd->caps[REPLY_CAP] = cap_of(CAP_REPLY, &pd->reply, 0);
    thread->fpu_denied = from->flags & MK_PD_NO_FPU;
    if (from->flags & MK_PD_SMC) {
        pd->caps[ARM_SMC_CAP] = cap_of(CAP_SMC, NULL, 0);
    }
    if (from->flags & MK_PD_PASSIVE) {
        pd->caps[MONITOR_EP] = cap_of(CAP_MONITOR, pd, 0);
    }
}

void create_protection_domains(void)
{
    spaces_make(spaces);
    for (uint32_t i = 0; i < system->pd_count; i++) {
        create_pd(i);
    }
}

void create_virtual_machines(void)
{
    for (uint32_t i = 0; i < system->vcpu_count; i++) {
        const struct mk_vcpu *from = system_vcpu(i);
        struct vcpu *vcpu = vcpus[i] = heap_pages(MK_VCPU_HEAP_PAGES, 1);
        init_thread(&vcpu->thread, from->name, from->space, from->priority);
        init_context(&vcpu->thread, &vcpu->sc, from->budget_us, from->period_us);
        vcpu->thread.vcpu = vcpu;
        vcpu->thread.caps = vcpu->caps;
        vcpu->thread.cap_count = sizeof(vcpu->caps) / sizeof(*vcpu->caps);
        vcpu->caps[VSPACE_CAP] = cap_of(CAP_VSPACE, NULL, 0);
        vcpu_reset(vcpu);
    }
}

/* Gives `from` the capabilities for one end of a channel. `to` sees it as channel `id_at_to`. */
static void connect(struct pd *from, uint32_t id, struct pd *to, uint32_t id_at_to, bool notifies,
                    bool calls)
{
    if (notifies) {
        from->caps[BASE_OUTPUT_NOTIFICATION_CAP + id] =
            cap_of(CAP_NOTIFICATION, &to->notification, 1ull << id_at_to);
    }
    if (calls) {
        from->caps[BASE_ENDPOINT_CAP + id] =
            cap_of(CAP_ENDPOINT, &to->endpoint, BADGE_CALL | id_at_to);
    }
}

void create_connections(void)
{
    for (uint32_t i = 0; i < system->channel_count; i++) {
        const struct mk_channel *c = system_channel(i);
        struct pd *a = pds[c->pd_a], *b = pds[c->pd_b];
        connect(a, c->id_a, b, c->id_b, c->flags & MK_CHANNEL_A_NOTIFIES,
                c->flags & MK_CHANNEL_A_CALLS);
        connect(b, c->id_b, a, c->id_a, c->flags & MK_CHANNEL_B_NOTIFIES,
                c->flags & MK_CHANNEL_B_CALLS);
    }
    for (uint32_t i = 0; i < system->pd_count; i++) {
        const struct mk_pd *from = system_pd(i);
        if (from->parent != MK_NONE) {
            struct pd *parent = pds[from->parent];
            pds[i]->thread.fault_endpoint = &parent->endpoint;
            pds[i]->thread.fault_badge = BADGE_FAULT | from->id;
#if CONFIG_MINIKIT_MICROKIT >= 20300
            pds[i]->caps[FAULT_CAP] =
                cap_of(CAP_ENDPOINT, &parent->endpoint, pds[i]->thread.fault_badge);
#endif
            parent->caps[BASE_TCB_CAP + from->id] = cap_of(CAP_THREAD, &pds[i]->thread, 0);
        }
    }
    for (uint32_t i = 0; i < system->vcpu_count; i++) {
        const struct mk_vcpu *from = system_vcpu(i);
        struct pd *vmm = pds[from->pd];
        vcpus[i]->thread.fault_endpoint = &vmm->endpoint;
        vcpus[i]->thread.fault_badge = BADGE_FAULT | from->id;
        vmm->caps[BASE_VM_TCB_CAP + from->id] = cap_of(CAP_THREAD, &vcpus[i]->thread, 0);
        vmm->caps[BASE_VCPU_CAP + from->id] = cap_of(CAP_VCPU, vcpus[i], 0);
    }
    for (uint32_t i = 0; i < system->irq_count; i++) {
        const struct mk_irq *irq = system_irq(i);
        struct cap *cap = &pds[irq->pd]->caps[BASE_IRQ_CAP + irq->id];
        *cap = cap_of(CAP_IRQ_HANDLER, NULL, 0);
        cap->intid = irq->intid;
        irq_connect(irq, pds[irq->pd]);
    }
}

void create_start(void)
{
    for (uint32_t nth = 0; nth < system->pd_count; nth++) {
        for (uint32_t i = 0; i < system->pd_count; i++) {
            if (system_pd(i)->start == nth) {
                sched_start(&pds[i]->thread);
            }
        }
    }
}

void create_each_thread(void (*visit)(const struct thread *thread))
{
    for (uint32_t i = 0; i < system->pd_count; i++) {
        visit(&pds[i]->thread);
    }
    for (uint32_t i = 0; i < system->vcpu_count; i++) {
        visit(&vcpus[i]->thread);
    }
}
