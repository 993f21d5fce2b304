// SPDX-License-Identifier: BSD-2-Clause
/** The score of generated mutants by file, and the surviving ones. */
import { columns } from '../../base/text.js';
import { mutantName } from './generate.js';
import type { GeneratedResult, Outcome } from './sweep.js';

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
      String(count(of, 'same', 'refused')),
    ];
  };
  const rows = files.map((file) =>
    row(
      file,
      results.filter(({ mutant }) => mutant.file === file),
    ),
  );
  const alive = results.filter(({ outcome }) => outcome === 'lives').map(({ mutant }) => mutant);
  return [
    ...(alive.length > 0 ? ['these live:', ...alive.map((one) => `  ${mutantName(one)}`), ''] : []),
    ...columns([['', 'score', 'killed', 'alive', 'no mutant'], ...rows, row('all', results)]),
  ].join('\n');
}
