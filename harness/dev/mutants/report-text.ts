// SPDX-License-Identifier: BSD-2-Clause
/** The output of `npm run mutants`. */

import { interruptedCode } from '../../base/interrupt.js';
import { seconds } from '../../base/text.js';
import type { MutantResult } from './run.js';

/** One mutant's line. */
export function mutantText({ mutant, killedBy, steps, length, ms }: MutantResult, width: number): string {
  const how =
    killedBy === undefined
      ? `LIVES after ${steps} steps: ${mutant.about}`
      : `killed by ${killedBy.padEnd(24)} after ${String(steps).padStart(7)} steps, ${length} of them show it (${seconds(ms)})`;
  return `  ${mutant.name.padEnd(width)}  ${how}`;
}

/** The last line, and the exit code that goes with it. `wanted` is the number of mutants to run. */
export function mutantsVerdict(
  results: readonly MutantResult[],
  wanted: number,
  interrupted: boolean,
): { text: string; exitCode: number } {
  const alive = results.filter(({ killedBy }) => killedBy === undefined).length;
  const times = results.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = (times[Math.floor(times.length / 2)] ?? 0) / 1000;
  const counts = `${results.length - alive} killed, ${alive} alive; median ${median.toFixed(1)} s to the shortest case`;
  if (!interrupted) return { text: counts, exitCode: alive > 0 ? 1 : 0 };
  return {
    text: `INTERRUPTED, no verdict, after ${results.length} of ${wanted} mutants: ${counts}`,
    exitCode: interruptedCode,
  };
}
