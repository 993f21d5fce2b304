/* SPDX-License-Identifier: BSD-2-Clause */
#include "psci.h"

void psci_system_off(void)
{
    smc(PSCI_SYSTEM_OFF, 0, 0, 0);
}
