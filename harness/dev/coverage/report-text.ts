// SPDX-License-Identifier: BSD-2-Clause
/** Branch coverage as text: one line per file, and the branches that are never taken without a known reason. */
import { columns } from '../../base/text.js';
import type { Branch } from './branches.js';
import type { Untaken } from './untaken.js';

const percent = (part: number, all: number): string =>
  all === 0 ? '-' : `${((100 * part) / all).toFixed(1)} %`;

export function coverageText(branches: readonly Branch[], reasons: readonly Untaken[]): string {
  const row = (name: string, of: readonly Branch[]) => {
    const taken = of.filter(({ times }) => times > 0).length;
    return [name, percent(taken, of.length), `${taken} of ${of.length}`];
  };
  const files = [...new Set(branches.map(({ file }) => file))].sort();
  const rows = files.map((file) =>
    row(
      file,
      branches.filter((branch) => branch.file === file),
    ),
  );
  const never = branches.filter(({ times }) => times === 0);
  const why = ({ file, condition, way }: Branch) =>
    reasons.find(
      (known) =>
        known.file === file && (known.condition ?? condition) === condition && (known.never ?? way) === way,
    )?.why;
  const unknown = never.filter((branch) => why(branch) === undefined);
  const line = ({ file, line, way, condition }: Branch) => `  ${file}:${line}: never ${way}: ${condition}`;
  const known = [...new Set(never.map(why))].flatMap((reason) => {
    const count = never.filter((branch) => why(branch) === reason).length;
    return reason === undefined ? [] : [`${count} of them: ${reason}`];
  });
  return [
    ...unknown.map(line),
    '',
    ...columns([['', 'branches', 'taken'], ...rows, row('all', branches)]),
    `${never.length} branches are never taken, ${unknown.length} of them without a known reason`,
    ...known,
  ].join('\n');
}
