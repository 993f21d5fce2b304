/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs when no vCPU does: a notification of the agent's comes back when nothing of the guest can
 * run any more. */
#include <microkit.h>

void init(void) {}

void notified(microkit_channel channel)
{
    microkit_notify(channel);
}
