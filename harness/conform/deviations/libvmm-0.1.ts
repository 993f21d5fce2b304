// SPDX-License-Identifier: BSD-2-Clause
/** What au-ts/libvmm 0.1.0 is known to do otherwise than the API text and the architecture. */
import type { Deviation } from './deviation.js';

const since = '0.1.0';

export const deviations01: readonly Deviation[] = [
  {
    rule: 'guest.startRegisters',
    reason: 'the guest starts with interrupts unmasked (PSTATE 0x5)',
    since,
    goesOn: true,
  },
];
