// SPDX-License-Identifier: BSD-2-Clause
/** Accesses to the virtual distributor, as lines for the subject, and the answers. */
import { ask, hex } from './subject.js';

const word = 4;

export const read = (offset: number, cpu = 0, bytes = word) => `read ${cpu} ${hex(offset)} ${bytes}`;
export const write = (offset: number, value: number, cpu = 0, bytes = word) =>
  `write ${cpu} ${hex(offset)} ${bytes} ${hex(value >>> 0)}`;
export const oneCpu = 'start 1 0';
export const fourCpus = 'start 4 0';

/** Runs the lines. Returns the results of the reads as numbers. */
export const values = (...lines: string[]) => {
  const answers = ask(lines);
  return lines.flatMap((line, i) => (line.startsWith('read') ? [Number.parseInt(answers[i] ?? '', 16)] : []));
};
/** Runs the lines. Returns the list register loads of writes and ends: vCPU:index=INTID,priority,group. */
export const loads = (...lines: string[]) => {
  const answers = ask(lines);
  return lines.flatMap((line, i) => (/^(write|end)/.test(line) ? [answers[i] ?? ''] : []));
};
