// SPDX-License-Identifier: BSD-2-Clause
/**
 * Limits the choices learned from a target to those that the architecture permits. Otherwise the model uses the nearest
 * permitted choice, and the target breaks a rule.
 */
import type { Implementation } from '../model/index.js';

/** Priorities have at least 16 levels, in the upper bits and without gaps (IHI 0048B, 3.5; IHI 0069, 4.8). */
const priorityMasks: readonly number[] = [0xf0, 0xf8, 0xfc, 0xfe, 0xff];
const fewestPriorities = 0xf0;
/** The low bit of each field of GICD_ICFGRn is reserved (IHI 0048B, 4.3.13). */
const triggerBits = 0xaaaa_aaaa;
/** Upper limits of the minimum of GICC_BPR and GICC_ABPR, with 16 levels (IHI 0048B, 3.3.3, 4.4.3 and 4.4.8). */
const largestPoints = [3, 4] as const;
/** PSCI_VERSION exists in every version from 0.2 on, and does not return an error (DEN 0022F, 5.1.1). */
const oldestPsci = 0x0000_0002;
/** SMCCC 1.0 returns NOT_SUPPORTED for SMCCC_VERSION; 1.1 and later return their version (DEN 0028, 7.2). */
const smcccUnknown = 0xffff_ffff;
const oldestSmccc = 0x1_0001;
const firstError = 0x8000_0000;

const isVersion = (value: number, oldest: number): boolean => value >= oldest && value < firstError;

/** `learnt`, with invalid choices replaced by the nearest valid ones. */
export function withinBounds(learnt: Implementation): Implementation {
  const { priorityMask, ppiTriggers, binaryPoints, psciVersion, smcccVersion } = learnt;
  const isSmccc = smcccVersion === smcccUnknown || isVersion(smcccVersion, oldestSmccc);
  return {
    ...learnt,
    priorityMask: priorityMasks.includes(priorityMask) ? priorityMask : fewestPriorities,
    ppiTriggers: (ppiTriggers & triggerBits) >>> 0,
    binaryPoints: [Math.min(binaryPoints[0], largestPoints[0]), Math.min(binaryPoints[1], largestPoints[1])],
    psciVersion: isVersion(psciVersion, oldestPsci) ? psciVersion : oldestPsci,
    smcccVersion: isSmccc ? smcccVersion : oldestSmccc,
  };
}
