// SPDX-License-Identifier: BSD-2-Clause
/** What seL4 is known to do otherwise than the architecture, whatever VMM runs on it. */
import type { Deviation } from './deviation.js';

const reason =
  'seL4 keeps ICH_AP1R0_EL2 for each vCPU but not ICH_AP0R0_EL2: what one vCPU takes of group 0 is active on the others too';

/** With a GICv3, where more than one vCPU takes interrupts of group 0. */
export const deviationsOnGicV3: readonly Deviation[] = ['icc.taken', 'icc.running'].map((rule) => ({
  rule,
  reason,
  since: 'seL4 as in Microkit 2.0.1',
}));
