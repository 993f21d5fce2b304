/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs when no vCPU of its core does: it returns a notification of the agent once no part of the
 * guest can run there. */
#include <microkit.h>

void init(void) {}

void notified(microkit_channel channel)
{
    microkit_notify(channel);
}
