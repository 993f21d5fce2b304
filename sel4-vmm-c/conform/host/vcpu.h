/* SPDX-License-Identifier: BSD-2-Clause */
/* The vCPUs of the fake kernel: a thread, EL1 system registers, a virtual CPU interface. */
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
    THREAD_FAULTED /* its fault waits for a reply */
};

struct vcpu {
    enum thread_state state;
    bool fresh; /* its PC was set while it did not run: it is started */
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

/* Positions of the general-purpose registers in a thread's context, in words. */
extern const uint8_t context_place[GPRS];

static inline seL4_Word *vcpu_gpr(struct vcpu *vcpu, unsigned number)
{
    return &vcpu->context.pc + context_place[number];
}

/* Version of the interrupt controller of the machine and its guest. */
extern unsigned gic_version;

/* Label of the last invocation that was refused; 0 if none was. */
extern seL4_Word kernel_refused;

/* The count of all virtual timers (machine.c). */
uint64_t cpu_physical_count(void);

/* Resets the kernel. */
void kernel_reset(void);
/* Makes the vCPU the current one: the kernel saves the list registers of the previous one. */
void kernel_switch(size_t vcpu_id);
/* Performs the call that an entry point of the VMM has deferred, as Microkit does when there is no
 * reply. */
void kernel_send_deferred(void);
/* Delivers a fault to the VMM, with `count` message registers. Its reply resumes the vCPU. */
void kernel_fault(size_t vcpu_id, seL4_Word label, const seL4_Word *message, unsigned count);
/* Delivers the ends of interrupts that list registers signal, then calls kernel_timer. */
void kernel_maintenance(size_t vcpu_id);
/* Delivers the event of the virtual timer, if its line is asserted and not masked. */
void kernel_timer(size_t vcpu_id);
