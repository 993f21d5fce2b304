// SPDX-License-Identifier: BSD-2-Clause
/**
 * `node fetch-qemu.js`, for setup/setup: fetches a QEMU for the boards whose machine this host's own does not have. A
 * host that can't have one does without, and is told; it always ends with exit code 0.
 */
import { boards } from '../../boards/index.js';
import { HarnessError } from '../error.js';
import { noProgress } from '../progress.js';
import { qemuAtHand, qemuFor } from '../target/qemu/program.js';

const say = (text: string) => process.stdout.write(`setup: ${text}\n`);

const states = await Promise.all(
  [...boards.values()].map(async (board) => ({ board, ...(await qemuAtHand(board)) })),
);
const lacking = states.filter(({ lack }) => lack !== undefined);
const [first] = lacking;
if (first !== undefined) {
  const names = lacking.map(({ board }) => board.name).join(', ');
  try {
    say(`fetching QEMU ${first.board.qemu?.since.join('.')} for ${names}, into the cache alone`);
    const { program } = await qemuFor(first.board, noProgress);
    say(`QEMU: ${program}`);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    say(`${error.explain()}\nsetup: tests that run ${names} in QEMU will be skipped`);
  }
}
