/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* An interrupt that the processor has taken goes to whom it belongs. */
void irq_deliver(uint32_t intid);

/* Binds an interrupt to a channel of a protection domain, and lets it come. */
void irq_connect(const struct mk_irq *irq, struct pd *pd);

/* Invocations of a CAP_IRQ_HANDLER. */
int irq_invoke(const struct cap *cap, uint64_t label);
