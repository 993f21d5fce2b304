// SPDX-License-Identifier: BSD-2-Clause
import { columns } from '../../base/text.js';
import type { Figure } from './bench.js';

const head = ['figure', 'on', 'value', 'compared with', 'limit', ''];
/** Columns of numbers. */
const toTheRight = [2];

function verdict({ held }: Figure): string {
  if (held === undefined) return '';
  return held ? 'held' : 'MISSED';
}

/** All figures as one table. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = [
    head,
    ...figures.map((figure) => {
      const { name, on, value, comparedWith = '', limit = '' } = figure;
      return [name, on, value, comparedWith, limit, verdict(figure)];
    }),
  ];
  const underline = head.map((_, column) =>
    '-'.repeat(Math.max(...rows.map((row) => row[column]?.length ?? 0))),
  );
  const [first = [], ...others] = rows;
  return columns([first, underline, ...others], { right: toTheRight }).join('\n');
}
