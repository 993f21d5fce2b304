// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import { noProgress, type Progress } from '../base/progress.js';
import { keptCases } from '../conform/corpus.js';
import type { PlanRequest } from '../conform/plan-request.js';
import type { Report } from '../conform/report.js';
import { selectTiers } from '../conform/request.js';
import { conform as run } from '../conform/run.js';
import type { TierWord } from '../conform/tier-names.js';
import { writeRun } from '../conform/write-run.js';
import { findSdk } from '../microkit/find.js';
import { boardNamed } from '../run/suite/target.js';
import { type SubjectOptions, subjectOf } from '../subject/library.js';

export interface ConformOptions extends SubjectOptions {
  /** Where to look; `host`, which needs no emulator, when not given. */
  tier?: TierWord;
  /** What the cases are made from, 0 to 0x7fffffff. */
  seed: number;
  /** Cases to make on each tier, besides those that are kept; as many as the command makes when not given. */
  cases?: number;
  /** Only the case in this file. */
  replay?: string;
  /** Microkit's name of the board of the tiers in QEMU. */
  board?: string;
  /** As `--sdk` takes it. */
  sdk?: string;
  /** Configuration of the SDK; `release` when not given. */
  config?: string;
  /** Where run folders are made; `runs` in the current folder when not given. */
  runs?: string;
  signal?: AbortSignal;
  progress?: Progress;
}

/**
 * Tests a VMM library against the rules of its API and the architecture, as `vmm-harness conform` does; by default this
 * project's libvmm. Returns the report and the folder in which it is kept, with a file for each case that broke a rule.
 *
 * Rejects with HarnessError: usage for conflicting options, infrastructure for what is missing, product when the
 * library cannot be built. A broken rule is in the report.
 *
 * @since 0.2.0
 */
export async function conform(options: ConformOptions): Promise<{ report: Report; folder: string }> {
  const { tier = 'host', seed, cases, replay, board, config = 'release', progress = noProgress } = options;
  const signal = options.signal ?? new AbortController().signal;
  const subject = subjectOf(options);
  const planned: PlanRequest = {
    board: board === undefined ? undefined : boardNamed(board),
    subject,
    cases: replay === undefined ? cases : 0,
    config,
    progress,
    signal,
    sdk: () => findSdk({ wanted: options.sdk, progress }),
  };
  const self = 'vmm-harness conform';
  const request = {
    ...(await selectTiers(tier, planned, { seed, kept: keptCases(replay) })),
    self,
    repeat: `${self} --tier ${tier} --seed ${seed}`,
    runsRoot: resolve(options.runs ?? 'runs'),
  };
  return writeRun(request, await run(request));
}
