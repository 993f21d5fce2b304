/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Makes the processor ready for a guest (`next`), or for a protection domain (NULL). */
void vcpu_switch(struct vcpu *next);

/* True while the current thread is a guest. */
bool vcpu_is_active(void);

/* True for the vCPU whose state is in the hardware, running or not. */
bool vcpu_is_loaded(const struct vcpu *vcpu);

/* List registers, `index` below vcpu_list_registers. */
extern unsigned vcpu_list_registers;
void vcpu_set_list_register(struct vcpu *vcpu, unsigned index, uint64_t value);

/* Interrupts that are the current guest's: they become faults for its VMM. */
void vcpu_timer_fired(void);
void vcpu_maintenance(void);

/* Invocations of a vCPU by its VMM. */
int vcpu_invoke(struct vcpu *vcpu, uint64_t label, uint64_t length);

/* A new vCPU: registers as at reset. */
void vcpu_reset(struct vcpu *vcpu);

void vcpu_init(void);
