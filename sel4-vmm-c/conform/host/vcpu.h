/* SPDX-License-Identifier: BSD-2-Clause */
/* vCPUs as the fake kernel keeps them: a thread, EL1 system registers, a virtual CPU interface. */
#pragma once

#include "gicv.h"
#include "registers.h"
#include <microkit.h>

enum {
    HOST_VCPUS = 4,
    MAX_TAKEN = 32,
    TAKEN_GROUP_1 = 1u << 30 /* by ICC_IAR1_EL1 */
};

enum thread_state {
    THREAD_SUSPENDED,
    THREAD_RUNNING,
    THREAD_FAULTED /* its fault has not been answered */
};

struct vcpu {
    enum thread_state state;
    bool fresh; /* its PC was set while it did not run: it starts anew */
    seL4_UserContext context;
    seL4_Word system[seL4_VCPUReg_Num];
    struct gicv gicv;
    bool list_active[GICV_LIST_REGISTERS]; /* the kernel's copy, as old as the last switch of vCPUs
                                            */
    bool timer_masked;                     /* since its VPPIEvent */
    uint32_t taken[MAX_TAKEN], ended[MAX_TAKEN]; /* with TAKEN_GROUP_1 */
    unsigned taken_count, ended_count;
};

extern struct vcpu vcpus[HOST_VCPUS];

/* Places of the general-purpose registers in a thread's context, in words. */
extern const uint8_t context_place[GPRS];

static inline seL4_Word *vcpu_gpr(struct vcpu *vcpu, unsigned number)
{
    return &vcpu->context.pc + context_place[number];
}

/* Version of the interrupt controller that the machine and its guest have. */
extern unsigned gic_version;

/* Label of the last invocation that was refused; 0 for none. */
extern seL4_Word kernel_refused;

/* What all virtual timers count (machine.c). */
uint64_t cpu_physical_count(void);

/* The kernel as after boot. */
void kernel_reset(void);
/* The vCPU is the one that runs: the kernel saves the other's list registers. */
void kernel_switch(size_t vcpu_id);
/* Sends what an entry point of the VMM's has deferred: Microkit does it where it has no reply to
 * send. */
void kernel_send_deferred(void);
/* Hands a fault to the VMM, with `count` message registers; the answer lets the vCPU go on. */
void kernel_fault(size_t vcpu_id, seL4_Word label, const seL4_Word *message, unsigned count);
/* Hands over the ends of interrupts that list registers signal, then what kernel_timer does. */
void kernel_maintenance(size_t vcpu_id);
/* Hands over the event of the virtual timer, if its line is asserted and not masked. */
void kernel_timer(size_t vcpu_id);
