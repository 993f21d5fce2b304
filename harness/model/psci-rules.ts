// SPDX-License-Identifier: BSD-2-Clause
/** Rules of PSCI and of the SMC calling convention. */
import { arm, defineRules, psci, smccc } from './rule.js';

export const psciRules = defineRules('psci', {
  version: {
    says: 'PSCI_VERSION always returns the same version, 1.0 or later.',
    from: [psci('PSCI_VERSION')],
  },
  features: {
    says: 'PSCI_FEATURES returns 0 for implemented functions and NOT_SUPPORTED for others.',
    from: [psci('PSCI_FEATURES')],
  },
  suspend: {
    says: 'CPU_SUSPEND waits as WFI does and returns SUCCESS, or returns SUCCESS at once.',
    from: [psci('CPU_SUSPEND'), arm('Wait for Interrupt')],
    choice:
      'A powerdown state may be entered as standby: the caller must be ready to continue after the call. An invalid entry point may be refused.',
  },
  suspendState: {
    says: 'CPU_SUSPEND with reserved bits set in power_state returns INVALID_PARAMETERS.',
    from: [psci('CPU_SUSPEND')],
    choice: 'It may return the same for any power level other than that of the vCPU.',
  },
  cpuOn: {
    says: 'CPU_ON of a vCPU that is off returns SUCCESS, and the vCPU runs from the entry point with the context id in x0.',
    from: [psci('CPU_ON'), psci('Implementation responsibilities')],
  },
  cpuOnState: {
    says: 'A vCPU that CPU_ON starts runs at EL1h with interrupts masked and the MMU off.',
    from: [psci('Initial core configuration')],
  },
  cpuOnTarget: {
    says: 'CPU_ON of a vCPU that does not exist returns INVALID_PARAMETERS.',
    from: [psci('CPU_ON')],
  },
  cpuOnAlready: { says: 'CPU_ON of a vCPU that is on returns ALREADY_ON.', from: [psci('CPU_ON')] },
  cpuOnAddress: {
    says: 'CPU_ON with an entry point that is misaligned or outside guest RAM returns INVALID_ADDRESS and starts nothing.',
    from: [psci('CPU_ON')],
    choice: 'INVALID_PARAMETERS is accepted: PSCI 0.2 has no other code for it.',
  },
  cpuOff: { says: 'After CPU_OFF the vCPU does not run.', from: [psci('CPU_OFF')] },
  affinityInfo: {
    says: 'AFFINITY_INFO returns ON for a vCPU that is on and OFF for one that is off.',
    from: [psci('AFFINITY_INFO')],
  },
  affinityTarget: {
    says: 'AFFINITY_INFO returns INVALID_PARAMETERS for a vCPU that does not exist, or a level other than 0.',
    from: [psci('AFFINITY_INFO')],
    choice:
      'From PSCI 1.0 on, levels above 0 need not be supported. Where they are, the result is ON, because the caller itself is on.',
  },
  migrate: {
    says: 'MIGRATE_INFO_TYPE returns that there is no Trusted OS to migrate.',
    from: [psci('MIGRATE_INFO_TYPE')],
  },
  systemOff: { says: 'After SYSTEM_OFF no vCPU runs, and the VMM is notified.', from: [psci('SYSTEM_OFF')] },
  systemReset: {
    says: 'After SYSTEM_RESET no vCPU runs the old guest, and the VMM is notified.',
    from: [psci('SYSTEM_RESET')],
  },
  smcccVersion: {
    says: 'SMCCC_VERSION always returns the same version, 1.1 or later.',
    from: [smccc('SMCCC_VERSION')],
  },
  archFeatures: {
    says: 'SMCCC_ARCH_FEATURES returns 0 for itself and SMCCC_VERSION, and NOT_SUPPORTED for functions that do not exist.',
    from: [smccc('SMCCC_ARCH_FEATURES')],
  },
  unknown: {
    says: 'Any other function identifier returns NOT_SUPPORTED.',
    from: [smccc('Unknown Function Identifier'), psci('Return error codes')],
  },
  registers: {
    says: 'A call changes no general-purpose register other than x0 to x3.',
    from: [smccc('SMC and HVC return values'), smccc('Register use')],
  },
  next: {
    says: 'A call that returns does so at the instruction after the SMC.',
    from: [smccc('SMC and HVC immediate value')],
  },
});
