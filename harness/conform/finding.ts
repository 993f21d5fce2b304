// SPDX-License-Identifier: BSD-2-Clause
/** What a run finds, and who says what to it. */
import type { Rule } from '../model/index.js';
import type { Case } from './case.js';
import type { Engine, Failure } from './engine.js';

export interface Witness {
  /** `model`, `host`, `qemu`, `bare machine`. */
  who: string;
  said: string;
}

export interface SecondView extends Witness {
  /** Whether the case breaks a rule there too; nothing where the rule does not show. */
  broken?: boolean;
}

/** A rule that broke, with the shortest case that was found for it: from the search to the report it is this. */
export interface Finding {
  /** Of the tier that it was found on. */
  engine: Engine;
  rule: Rule;
  found: Case;
  failure: Failure;
  /** Where the case comes from: seed and path for fast-check, or a file. */
  origin: string;
  /** Steps that were done before it was found. */
  after: number;
  /** What others say to the case: tiers with the same VMM, and the machine without one. */
  witnesses: SecondView[];
}
