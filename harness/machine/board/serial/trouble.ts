// SPDX-License-Identifier: BSD-2-Clause
import { HarnessError } from '../../../base/error.js';
import type { SerialLine } from './line.js';
import { settingsText } from './settings.js';

/** The fault of a line that does not yield text; undefined when it does. */
export function lineTrouble(line: SerialLine, received: number): HarnessError | undefined {
  const { path, legibility, speed } = line;
  if (line.failure) return line.failure;
  if (received === 0) {
    return new HarnessError('infrastructure', 'the board is silent', {
      where: path,
      expected: 'console output after power on',
      got: 'not one byte',
      wayOut: 'check its power, the cable (TX and RX crossed, ground), and `port` in the lab file',
    });
  }
  if (!legibility.isGarbage) return undefined;
  return new HarnessError('infrastructure', "the board's output is not text", {
    where: path,
    expected: `a console at ${settingsText(speed)}`,
    got: legibility.summary,
    wayOut: 'check `baud` in the lab file: most boards use 115200',
  });
}
