// SPDX-License-Identifier: BSD-2-Clause
import { HarnessError } from '../../../base/error.js';
import type { SerialLine } from './line.js';
import { settingsText } from './settings.js';

/** What is wrong with a line on which nothing sensible comes; undefined when what comes is text. */
export function lineTrouble(line: SerialLine, received: number): HarnessError | undefined {
  const { path, legibility, speed } = line;
  if (line.failure) return line.failure;
  if (received === 0) {
    return new HarnessError('infrastructure', 'the board is silent', {
      where: path,
      expected: 'its console after power on',
      got: 'not one byte',
      wayOut: 'check its power, the cable (TX and RX crossed, ground), and `port` in the lab file',
    });
  }
  if (!legibility.isGarbage) return undefined;
  return new HarnessError('infrastructure', 'what comes from the board is no text', {
    where: path,
    expected: `a console at ${settingsText(speed)}`,
    got: legibility.words,
    wayOut: 'check `baud` in the lab file: most boards speak at 115200',
  });
}
