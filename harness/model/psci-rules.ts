// SPDX-License-Identifier: BSD-2-Clause
/** Rules of PSCI and of the SMC calling convention. */
import { arm, defineRules, psci, smccc } from './rule.js';

export const psciRules = defineRules('psci', {
  version: {
    says: 'PSCI_VERSION answers the same version, 1.0 or later, at any time.',
    from: [psci('PSCI_VERSION')],
  },
  features: {
    says: 'PSCI_FEATURES answers 0 for what is implemented and NOT_SUPPORTED for the rest.',
    from: [psci('PSCI_FEATURES')],
  },
  suspend: {
    says: 'CPU_SUSPEND waits as WFI does, or at once answers SUCCESS.',
    from: [psci('CPU_SUSPEND'), arm('Wait for Interrupt')],
    choice:
      'A powerdown state may be entered as standby: its caller must be ready to go on behind the call. Its entry point may be refused if it is none.',
  },
  suspendState: {
    says: 'CPU_SUSPEND with reserved bits set in power_state answers INVALID_PARAMETERS.',
    from: [psci('CPU_SUSPEND')],
    choice: 'So it may for any power level but that of the vCPU.',
  },
  cpuOn: {
    says: 'CPU_ON of a vCPU that is off answers SUCCESS, and it runs from the entry point with the context id in x0.',
    from: [psci('CPU_ON'), psci('Implementation responsibilities')],
  },
  cpuOnState: {
    says: 'A vCPU that CPU_ON starts runs at EL1h with interrupts masked and the MMU off.',
    from: [psci('Initial core configuration')],
  },
  cpuOnTarget: {
    says: 'CPU_ON of a vCPU that does not exist answers INVALID_PARAMETERS.',
    from: [psci('CPU_ON')],
  },
  cpuOnAlready: { says: 'CPU_ON of a vCPU that is on answers ALREADY_ON.', from: [psci('CPU_ON')] },
  cpuOnAddress: {
    says: 'CPU_ON with an entry point that is misaligned or outside guest RAM answers INVALID_ADDRESS and starts nothing.',
    from: [psci('CPU_ON')],
    choice: 'INVALID_PARAMETERS is accepted: PSCI 0.2 has no other code for it.',
  },
  cpuOff: { says: 'After CPU_OFF the vCPU does not run.', from: [psci('CPU_OFF')] },
  affinityInfo: {
    says: 'AFFINITY_INFO answers ON for a vCPU that is on and OFF for one that is off.',
    from: [psci('AFFINITY_INFO')],
  },
  affinityTarget: {
    says: 'AFFINITY_INFO answers INVALID_PARAMETERS for a vCPU that does not exist, or another level than 0.',
    from: [psci('AFFINITY_INFO')],
    choice: 'Levels above 0 need not be supported from PSCI 1.0 on; where they are, the caller itself is on.',
  },
  migrate: {
    says: 'MIGRATE_INFO_TYPE answers that there is no Trusted OS to migrate.',
    from: [psci('MIGRATE_INFO_TYPE')],
  },
  systemOff: { says: 'After SYSTEM_OFF no vCPU runs, and the VMM is told.', from: [psci('SYSTEM_OFF')] },
  systemReset: {
    says: 'After SYSTEM_RESET no vCPU runs the old guest, and the VMM is told.',
    from: [psci('SYSTEM_RESET')],
  },
  smcccVersion: {
    says: 'SMCCC_VERSION answers the same version, 1.1 or later, at any time.',
    from: [smccc('SMCCC_VERSION')],
  },
  archFeatures: {
    says: 'SMCCC_ARCH_FEATURES answers 0 for itself and SMCCC_VERSION and NOT_SUPPORTED for what is not there.',
    from: [smccc('SMCCC_ARCH_FEATURES')],
  },
  unknown: {
    says: 'Any other function identifier answers NOT_SUPPORTED.',
    from: [smccc('Unknown Function Identifier'), psci('Return error codes')],
  },
  registers: {
    says: 'A call changes no general-purpose register besides x0 to x3.',
    from: [smccc('SMC and HVC return values'), smccc('Register use')],
  },
  next: {
    says: 'A call that returns does so at the instruction after the SMC.',
    from: [smccc('SMC and HVC immediate value')],
  },
});
