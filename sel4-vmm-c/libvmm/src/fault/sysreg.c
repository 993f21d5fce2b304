/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trapped system registers. With GICv2 seL4 traps none that a guest has business with: an access
 * that gets here is undefined, as for a register that there is not.
 */
#include "fault/fault.h"

enum fault_result sysreg_access(size_t vcpu_id, uint32_t esr)
{
    (void)esr;
    return inject_undefined(vcpu_id);
}
