// SPDX-License-Identifier: BSD-2-Clause
/** A conformance run as it is asked for, by the command or by the library. */
import { dialectOf } from '../subject/dialects.js';
import { subjectName } from '../subject/library.js';
import { barePlans } from './bare-plans.js';
import type { PlanRequest } from './plan-request.js';
import { plansOf } from './plans.js';
import type { ConformRequest } from './run.js';
import type { TierWord } from './tier-names.js';

/** What remains is how the run is repeated, and where it is kept. */
type Selected = Omit<ConformRequest, 'runsRoot' | 'folder' | 'self' | 'repeat'>;

/**
 * The tiers for a word and a plan, with the cases to begin with. Rejects with HarnessError: usage for a tier that is not
 * valid, infrastructure for what this machine lacks.
 */
export async function selectTiers(
  tier: TierWord,
  planned: PlanRequest,
  { seed, kept }: Pick<ConformRequest, 'seed' | 'kept'>,
): Promise<Selected> {
  const { subject, progress, signal } = planned;
  return {
    plans: await plansOf(tier, planned),
    bare: barePlans(tier, planned),
    seed,
    kept,
    subject: subjectName(subject),
    dialect: subject?.dialect ?? dialectOf('spec'),
    progress,
    signal,
  };
}
