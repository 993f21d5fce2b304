/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Prepares the processor for a guest (`next`), or for a protection domain (NULL). */
void vcpu_switch(struct vcpu *next);

/* Whether the current thread is a guest. */
bool vcpu_is_active(void);

/* Whether the state of the vCPU is in the hardware. It need not run. */
bool vcpu_is_loaded(const struct vcpu *vcpu);

/* List registers, `index` below vcpu_list_registers. */
extern unsigned vcpu_list_registers;
void vcpu_set_list_register(struct vcpu *vcpu, unsigned index, uint64_t value);

/* Handles interrupts of the current guest, which become faults for its VMM. */
void vcpu_timer_fired(void);
void vcpu_maintenance(void);

/* Handles invocations of a vCPU by its VMM. */
int vcpu_invoke(struct vcpu *vcpu, uint64_t label, uint64_t length);

/* Initialises a vCPU with reset values. */
void vcpu_reset(struct vcpu *vcpu);

void vcpu_init(void);
