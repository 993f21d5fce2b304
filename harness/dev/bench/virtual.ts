// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../../../boards/board.js';
import { readLab } from '../../machine/board/lab/lab.js';
import type { LabBoard } from '../../machine/board/lab/lab-board.js';

/** The virtual board of a lab file, with `more` keys. */
export function virtualBoard({ name }: Board, more = ''): LabBoard {
  const text = `[board.bench]\nboard = "${name}"\nvirtual = true\n${more}`;
  const entry = readLab(text, 'bench').get('bench');
  if (!entry) throw new Error('the lab has no board');
  return entry;
}
