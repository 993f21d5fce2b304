// SPDX-License-Identifier: BSD-2-Clause
/** Rules of PSCI and of the SMC calling convention. */
import { defineRules, psci, smccc } from './rule.js';

export const psciRules = defineRules('psci', {
  version: {
    says: 'PSCI_VERSION answers the same version, 1.0 or later, at any time.',
    from: [psci('5.1.1')],
  },
  features: {
    says: 'PSCI_FEATURES answers 0 for what is implemented and NOT_SUPPORTED for the rest.',
    from: [psci('5.1.14')],
  },
  cpuOn: {
    says: 'CPU_ON of a vCPU that is off answers SUCCESS, and it runs from the entry point with the context id in x0.',
    from: [psci('5.1.4'), psci('6.4')],
  },
  cpuOnState: {
    says: 'A vCPU that CPU_ON starts runs at EL1h with interrupts masked and the MMU off.',
    from: [psci('6.4.3')],
  },
  cpuOnTarget: {
    says: 'CPU_ON of a vCPU that does not exist answers INVALID_PARAMETERS.',
    from: [psci('5.1.4')],
  },
  cpuOnAlready: { says: 'CPU_ON of a vCPU that is on answers ALREADY_ON.', from: [psci('5.1.4')] },
  cpuOnAddress: {
    says: 'CPU_ON with an entry point outside guest RAM answers INVALID_ADDRESS and starts nothing.',
    from: [psci('5.1.4')],
    choice: 'INVALID_PARAMETERS is accepted: PSCI 0.2 has no other code for it.',
  },
  cpuOff: { says: 'After CPU_OFF the vCPU does not run.', from: [psci('5.1.3')] },
  affinityInfo: {
    says: 'AFFINITY_INFO answers ON for a vCPU that is on and OFF for one that is off.',
    from: [psci('5.1.5')],
  },
  affinityTarget: {
    says: 'AFFINITY_INFO answers INVALID_PARAMETERS for a vCPU that does not exist, or another level than 0.',
    from: [psci('5.1.5')],
    choice: 'Levels above 0 need not be supported from PSCI 1.0 on.',
  },
  migrate: {
    says: 'MIGRATE_INFO_TYPE answers that there is no Trusted OS to migrate.',
    from: [psci('5.1.7')],
  },
  systemOff: { says: 'After SYSTEM_OFF no vCPU runs, and the VMM is told.', from: [psci('5.1.9')] },
  systemReset: {
    says: 'After SYSTEM_RESET no vCPU runs the old guest, and the VMM is told.',
    from: [psci('5.1.10')],
  },
  smcccVersion: {
    says: 'SMCCC_VERSION answers the same version, 1.1 or later, at any time.',
    from: [smccc('7.2')],
  },
  archFeatures: {
    says: 'SMCCC_ARCH_FEATURES answers 0 for itself and SMCCC_VERSION and NOT_SUPPORTED for what is not there.',
    from: [smccc('7.3')],
  },
  unknown: {
    says: 'Any other function identifier answers NOT_SUPPORTED.',
    from: [smccc('5.2'), psci('5.2.2')],
  },
  registers: {
    says: 'A call changes no general-purpose register besides x0 to x3.',
    from: [smccc('2.6'), smccc('3.1')],
  },
  next: { says: 'A call that returns does so at the instruction after the SMC.', from: [smccc('2.4')] },
});
