// SPDX-License-Identifier: BSD-2-Clause
import type { Figure } from './bench.js';

const head = ['figure', 'on', 'value', 'compared with', 'limit', ''];
/** Columns of numbers. */
const toTheRight = new Set([2]);

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
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return toTheRight.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [first = [], ...others] = rows.map(line);
  return [
    first,
    widths
      .map((width) => '-'.repeat(width))
      .join('  ')
      .trimEnd(),
    ...others,
  ].join('\n');
}
