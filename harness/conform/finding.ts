// SPDX-License-Identifier: BSD-2-Clause
/** The findings of a run, and the witnesses of each. */
import type { Rule } from '../model/index.js';
import type { Case } from './case.js';
import type { Engine, Failure } from './engine.js';

export interface Witness {
  /** `model`, `host`, `qemu`, `bare machine`. */
  who: string;
  said: string;
}

export interface SecondView extends Witness {
  /** Whether the case breaks a rule there too; not given where the tier cannot show the rule. */
  broken?: boolean;
  /** A machine without a VMM breaks the same rule in the same case: that does not count against the VMM. */
  excuses?: boolean;
}

/** What broke a rule, with the shortest case that was found for it: from the search to the report it is this. */
export interface Finding {
  /** Engine of the tier that it was found on. */
  engine: Engine;
  rule: Rule;
  /** Key that distinguishes it from other findings of the same rule (cause.ts). */
  cause: string;
  found: Case;
  failure: Failure;
  /** Origin of the case: seed and path for fast-check, or a file. */
  origin: string;
  /** Number of steps before it was found. */
  after: number;
  /** Results of the case elsewhere: on tiers with the same VMM, and on the machine without one. */
  witnesses: SecondView[];
}
