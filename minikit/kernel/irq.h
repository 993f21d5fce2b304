/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Takes the pending interrupt of highest priority, and delivers it; none is fine, too. */
void irq_handle(void);

/* Binds an interrupt to a channel of a protection domain, and lets it come. */
void irq_connect(const struct mk_irq *irq, struct pd *pd);

/* Invocations of a CAP_IRQ_HANDLER. */
int irq_invoke(const struct cap *cap, uint64_t label);
