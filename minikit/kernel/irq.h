/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Acknowledges and delivers the pending interrupt of highest priority, if there is one. */
void irq_handle(void);

/* Binds an interrupt to a channel of a protection domain and enables it. */
void irq_connect(const struct mk_irq *irq, struct pd *pd);

/* Handles invocations of a CAP_IRQ_HANDLER. */
int irq_invoke(const struct cap *cap, uint64_t label);
