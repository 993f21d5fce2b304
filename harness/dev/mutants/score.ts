// SPDX-License-Identifier: BSD-2-Clause
/** The score of generated mutants by file, and the surviving ones. */
import { columns } from '../../base/text.js';
import { whyEquivalent } from './equivalent.js';
import { type GeneratedMutant, mutantName } from './generate.js';
import type { GeneratedResult, Outcome } from './sweep.js';

/** Mutants that were killed although the table of equivalent ones has them. */
export const wronglyListed = (results: readonly GeneratedResult[]): GeneratedMutant[] =>
  results
    .filter(({ outcome, mutant }) => outcome === 'killed' && whyEquivalent(mutant) !== undefined)
    .map(({ mutant }) => mutant);

/** How many mutants were found by rules on the host tier, and by the tests of each file. */
function killers(results: readonly GeneratedResult[]): string[] {
  const counts = new Map<string, number>();
  for (const { outcome, by = '' } of results) {
    if (outcome !== 'killed') continue;
    const kind = /^unit\/\S+(?=:)/.exec(by)?.[0] ?? 'cases on the host tier';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return columns([['found by', ''], ...sorted.map(([kind, count]) => [kind, String(count)])]);
}

const percent = (killed: number, all: number): string =>
  all === 0 ? '-' : `${((100 * killed) / all).toFixed(1)} %`;

/**
 * A table of files, the surviving mutants, and the total. The score covers the mutants that compile to different code.
 */
export function scoreText(results: readonly GeneratedResult[]): string {
  const files = [...new Set(results.map(({ mutant }) => mutant.file))].sort();
  const count = (of: readonly GeneratedResult[], ...wanted: Outcome[]) =>
    of.filter(({ outcome }) => wanted.includes(outcome)).length;
  const row = (name: string, of: readonly GeneratedResult[]) => {
    const [killed, lives] = [count(of, 'killed'), count(of, 'lives')];
    return [
      name,
      percent(killed, killed + lives),
      String(killed),
      String(lives),
      String(count(of, 'same', 'refused', 'equivalent')),
    ];
  };
  const rows = files.map((file) =>
    row(
      file,
      results.filter(({ mutant }) => mutant.file === file),
    ),
  );
  const list = (title: string, mutants: readonly GeneratedMutant[]): string[] =>
    mutants.length > 0 ? [title, ...mutants.map((one) => `  ${mutantName(one)}`), ''] : [];
  const alive = results.filter(({ outcome }) => outcome === 'lives').map(({ mutant }) => mutant);
  return [
    ...list('these live:', alive),
    ...list('these are listed as equivalent, but are not (equivalent.ts):', wronglyListed(results)),
    ...killers(results),
    '',
    ...columns([['', 'score', 'killed', 'alive', 'no mutant'], ...rows, row('all', results)]),
  ].join('\n');
}
