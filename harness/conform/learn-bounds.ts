// SPDX-License-Identifier: BSD-2-Clause
/**
 * How far what a target was seen to do may be believed: as far as the architecture leaves it open. Beyond that the model
 * claims the nearest that is allowed, and the target breaks a rule.
 */
import type { Implementation } from '../model/index.js';

/** Priorities of 16 levels at least, in the upper bits and without a gap (IHI 0048B, 3.5; IHI 0069, 4.8). */
const priorityMasks: readonly number[] = [0xf0, 0xf8, 0xfc, 0xfe, 0xff];
const fewestPriorities = 0xf0;
/** The low bit of each field of GICD_ICFGRn is reserved (IHI 0048B, 4.3.13). */
const triggerBits = 0xaaaa_aaaa;
/** The largest smallest values of GICC_BPR and GICC_ABPR: with 16 levels (IHI 0048B, 3.3.3, 4.4.3 and 4.4.8). */
const largestPoints = [3, 4] as const;
/** PSCI_VERSION is there in every version from 0.2 on, and is no error (DEN 0022F, 5.1.1). */
const oldestPsci = 0x0000_0002;
/** SMCCC 1.0 has no SMCCC_VERSION and answers NOT_SUPPORTED; 1.1 and later name themselves (DEN 0028, 7.2). */
const smcccUnknown = 0xffff_ffff;
const oldestSmccc = 0x1_0001;
const firstError = 0x8000_0000;

const isVersion = (value: number, oldest: number): boolean => value >= oldest && value < firstError;

/** `learnt`, with what no implementation may do replaced by the nearest that one may. */
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
