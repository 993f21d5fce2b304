// SPDX-License-Identifier: BSD-2-Clause
/**
 * `node fetch-for-tests.js [qemu]`, for setup/setup: fetches a QEMU for the boards whose machine this host's own QEMU
 * does not have, and the parts of their guests, so that no test waits for a mirror. A host that cannot have them does
 * without, and is told so; the exit code is always 0. With the argument `qemu` only QEMU is fetched.
 */
import { boards } from '../../boards/index.js';
import { debianFiles } from '../../guest-builder/linux/debian.js';
import { HarnessError } from '../base/error.js';
import { cacheRoot } from '../base/paths.js';
import { noProgress } from '../base/progress.js';
import { qemuAtHand, qemuFor } from '../machine/qemu/choose.js';

const say = (text: string) => process.stdout.write(`setup: ${text}\n`);

const states = await Promise.all(
  [...boards.values()].map(async (board) => ({ board, ...(await qemuAtHand(board)) })),
);
const lacking = states.filter(({ lack }) => lack !== undefined);
const [first] = lacking;
if (first !== undefined) {
  const names = lacking.map(({ board }) => board.name).join(', ');
  try {
    say(`fetching QEMU ${first.board.qemu?.since.join('.')} for ${names}, only into the cache`);
    const { program } = await qemuFor(first.board, noProgress);
    say(`QEMU: ${program}`);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    say(`${error.explain()}\nsetup: tests that run ${names} in QEMU will be skipped`);
  }
}
if (process.argv[2] !== 'qemu') {
  let told = '';
  const onProgress = (words: string) => {
    if (words !== told) say(words);
    told = words;
  };
  const options = { cacheDir: cacheRoot, refresh: false, onProgress };
  await debianFiles(['kernel', 'generic kernel', 'busybox', 'zlib'], options).catch((error) => {
    if (!(error instanceof HarnessError)) throw error;
    say(error.explain());
  });
}
