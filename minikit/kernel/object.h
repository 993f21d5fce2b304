/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's objects. They are created once, from the system table, and never destroyed. */
#pragma once

#include <sel4/constants.h>

#include "arch.h"
#include "context.h"
#include "layout.h"
#include "vcpu_debug.h"
#include "vgic.h"

struct thread;
struct vcpu;

enum thread_state {
    INACTIVE,
    RUNNING, /* can run, if it has a scheduling context with budget */
    BLOCKED_SEND,
    BLOCKED_RECEIVE,
    BLOCKED_NOTIFICATION,
    BLOCKED_REPLY, /* has called or faulted, and waits for the reply */
};

/* A queue of threads. A thread is in at most one queue. */
struct queue {
    struct thread *head, *tail;
};

/* A scheduling context: `budget` for each `period`, in ticks of the system counter. */
struct sched_context {
    uint64_t budget, period;
    uint64_t left;         /* remaining budget of this period */
    uint64_t period_start; /* the budget is full again at period_start + period */
    struct thread *thread; /* the thread that uses it now */
};

/* An endpoint: callers, faulting children and guests queue for a receiver, or receivers for them.
 */
struct endpoint {
    struct queue queue;
    bool receivers; /* the queue holds receivers */
};

/* A notification: a word of channel bits, and its thread. */
struct notification {
    uint64_t word;
    bool active;              /* signalled bits that are not yet taken */
    struct thread *bound;     /* of its protection domain */
    struct sched_context *sc; /* of a passive protection domain: lent to it by a signal */
};

/* A reply object. */
struct reply {
    struct thread *caller;
    struct sched_context *lent; /* returned with the reply */
};

/* Numbered as seL4 numbers them, for DebugCapIdentify. */
enum cap_type {
    CAP_NULL = 0,
    CAP_ENDPOINT = 4,
    CAP_NOTIFICATION = 6,
    CAP_REPLY = 8,
    CAP_VSPACE = 9,
    CAP_THREAD = 12,
    CAP_VCPU = 15,
    CAP_IRQ_HANDLER = 16,
    CAP_SMC = 25,
    CAP_MONITOR = 32, /* the endpoint of Microkit's monitor, used to end initialisation */
};

struct cap {
    enum cap_type type;
    uint32_t intid; /* for CAP_IRQ_HANDLER */
    uint64_t badge;
    void *object;
};

struct fault {
    seL4_Fault_tag_t kind; /* seL4_Fault_NullFault: none */
    uint64_t address;      /* or the system call number, the list register, the interrupt */
    uint64_t status;       /* ESR_EL2, or 1 for a receive phase */
};

/* V0 to V31, FPSR, FPCR. */
struct fpu_state {
    uint64_t words[64 + 2];
};

enum {
    NAME_SIZE = sizeof(((struct mk_pd *)0)->name),
};

struct thread {
    uint64_t regs[REG_COUNT + 1]; /* first: the vectors save here; 16-byte multiple */
    enum thread_state state;
    uint8_t priority;
    struct sched_context *sc;
    struct thread *next, *prev;
    struct queue *queue; /* queue that it is in, or NULL */

    struct endpoint *endpoint; /* endpoint that it is blocked on */
    struct reply *reply;       /* in RECEIVE: for the next caller; in REPLY: the one it waits for */
    uint64_t badge;            /* badge of the message that it is blocked with */
    bool calls;                /* the blocked message is a call */
    struct fault fault;

    uint64_t *ipc_buffer;              /* NULL: none */
    struct notification *notification; /* bound notification, or NULL */
    const struct cap *caps;
    uint32_t cap_count;
    uint64_t vttbr;
    bool fpu_denied;                 /* FPU instructions fault */
    struct vcpu *vcpu;               /* NULL: a protection domain */
    struct endpoint *fault_endpoint; /* NULL: a fault stops it */
    uint64_t fault_badge;
    char name[NAME_SIZE];
    struct fpu_state fpu;
} __attribute__((aligned(16)));

/* Up to the last slot of Microkit's layout, BASE_VCPU_CAP + 63. */
enum {
    CAP_SLOTS = 394,
};

struct pd {
    struct thread thread;
    struct sched_context sc;
    struct endpoint endpoint;
    struct notification notification;
    struct reply reply;
    struct cap caps[CAP_SLOTS];
};
_Static_assert(sizeof(struct pd) <= MK_PD_HEAP_PAGES * 4096, "MK_PD_HEAP_PAGES");

struct vcpu {
    struct thread thread;
    struct sched_context sc;
    struct cap caps[4]; /* only its own space */
    uint64_t regs[seL4_VCPUReg_Num];
    uint64_t par, csselr, mdscr; /* further registers of a guest, without a seL4 name */
    struct vcpu_debug debug;
    struct vgic vgic;
    bool timer_masked; /* the virtual timer has fired, and AckVPPI has not been called */
};
_Static_assert(sizeof(struct vcpu) <= MK_VCPU_HEAP_PAGES * 4096, "MK_VCPU_HEAP_PAGES");
