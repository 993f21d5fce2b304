// SPDX-License-Identifier: BSD-2-Clause
/** `node write-platform.js BOARD`: prints the platform.json of a board. */
import { boards } from '../../boards/index.js';
import { platformOf } from './platform.js';

const [, , name = ''] = process.argv;
const board = boards.get(name);
if (board === undefined) {
  process.stderr.write(`there is no board '${name}'\n  expected: ${[...boards.keys()].join(', ')}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${JSON.stringify(platformOf(board), null, 2)}\n`);
}
