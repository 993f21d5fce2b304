// SPDX-License-Identifier: BSD-2-Clause
/** The reference model of a VMM on seL4: its behaviour as seen through its API and by its guest. */

export { defaultConfig, type Implementation, type ModelConfig } from './config.js';
export { distributorV2 } from './distributor-v2.js';
export { distributorV3 } from './distributor-v3.js';
export { encode, forms, plain, syndrome } from './forms.js';
export { placeName, redistributorsOf, valueText } from './frames.js';
export { restartDeviceTree, restartEntry } from './guest-life.js';
export { canBeMade, extentGap, patternByte, ramFill } from './images.js';
export { type Break, Ledger } from './ledger.js';
export { faultedPart, mappedTables } from './mapped.js';
export { Model } from './model.js';
export { functions as psciFunctions } from './psci.js';
export { bigEndian, describeState, lastState, lastStateOfEl1, lastStateOfLoad } from './pstate.js';
export { redistributor, sgiFrame } from './redistributor.js';
export type { RegisterFrame } from './register.js';
export { robustRules } from './robust-rules.js';
export type { Rule } from './rule.js';
export { allRules } from './rules.js';
export type * from './seen.js';
export { sentences } from './sentences.js';
export { firstLevel, halfOf, indexShift, translate } from './stage1.js';
export type * from './step.js';
export { systemRegisterName, systemRegisters } from './system-interface.js';
