// SPDX-License-Identifier: BSD-2-Clause
/** Where seL4 is known to differ from the architecture, whatever VMM runs on it. */
import type { Deviation } from './deviation.js';

const reason =
  'seL4 saves ICH_AP1R0_EL2 for each vCPU but not ICH_AP0R0_EL2: an interrupt of group 0 that one vCPU takes is active on the others too';

/** With a GICv3, when more than one vCPU takes interrupts of group 0. */
export const deviationsOnGicV3: readonly Deviation[] = ['icc.taken', 'icc.running'].map((rule) => ({
  rule,
  reason,
  since: 'seL4 as in Microkit 2.0.1',
}));

/** With vCPUs on other cores than their VMM. */
export const deviationsAcrossCores: readonly Deviation[] = [];
