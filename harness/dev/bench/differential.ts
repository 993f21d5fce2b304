// SPDX-License-Identifier: BSD-2-Clause
/**
 * Differential runs of the project's VMM on minikit: programs per second, a first run, and how long a difference takes
 * to shrink.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noProgress } from '../../base/progress.js';
import { buildGuest } from '../../differential/build.js';
import { defaultActs } from '../../differential/generate.js';
import type { Known } from '../../differential/known/context.js';
import { knownDifferences } from '../../differential/known/known.js';
import { ownMachines } from '../../differential/machines.js';
import { inQemu } from '../../differential/places.js';
import { runDifferential } from '../../differential/run.js';
import { kinds } from '../../differential/vocabulary/kinds.js';
import { type Bench, type BenchContext, below, type Figure, median, seconds } from './bench.js';

/** As many programs as in a user's first run. */
const programs = 10_000;
const seed = 1;
const leastRate = 100;
/** In milliseconds. */
const runLimit = 180_000;
const shrinkLimit = 20_000;
/** Programs in which to look for differences that the table would have explained. */
const forShrinking = 199;

async function measure({ board, minikit }: BenchContext, count: number, table: readonly Known[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vmm-harness-bench-'));
  const { signal } = new AbortController();
  try {
    const guest = await buildGuest();
    const request = { place: inQemu(board), guest, vcpus: 1, folder, signal };
    const machines = ownMachines(minikit, 'release', request);
    const vocabulary = { kinds: kinds.map(({ name }) => name), acts: defaultActs, gic: board.gic.version };
    return await runDifferential({
      machines,
      table,
      vocabulary,
      seed,
      programs: count,
      progress: noProgress,
      signal,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function figures(context: BenchContext): Promise<Figure[]> {
  const run = await measure(context, programs, knownDifferences);
  const rate = (1000 * run.programs) / run.machineMs;
  // With an empty table, known differences are found and shrunk like any others.
  const unknown = await measure(context, forShrinking, []);
  const shrunk = median(unknown.found.map(({ shrunkIn }) => shrunkIn));
  return [
    {
      name: 'differential runs',
      on: 'minikit',
      value: `${rate.toFixed(0)} programs/s`,
      comparedWith: `${run.programs} programs, ${run.acts} acts, ${run.found.length} differences`,
      limit: `> ${leastRate} programs/s`,
      held: rate > leastRate,
    },
    below('differential run, first to last', 'minikit', run.ms, runLimit),
    {
      name: 'shrinking a difference, median',
      on: 'minikit',
      value: seconds(shrunk),
      comparedWith: `${unknown.found.length} differences`,
      limit: `< ${seconds(shrinkLimit)}`,
      held: shrunk < shrinkLimit,
    },
  ];
}

export const differentialBench: Bench = {
  name: 'differential',
  about: "differential runs of the project's VMM: programs per second, a whole run, shrinking",
  run: figures,
};
