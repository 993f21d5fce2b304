// SPDX-License-Identifier: BSD-2-Clause
/**
 * Builds a guest in a separate process: `node fetch-child.js CACHE OUT`. Reports progress as one JSON object per line.
 */
import { boards } from '../../../boards/index.js';
import { buildLinuxGuest } from '../../../guest-builder/linux/build.js';
import { HarnessError } from '../../../harness/base/error.js';

const [cacheDir, outDir = ''] = process.argv.slice(2);
const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const onProgress = (step: string) => say({ step });
  say({ guest: await buildLinuxGuest({ board, vcpus: 1, outDir, cacheDir, onProgress }) });
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  say({ error: error.explain() });
  process.exitCode = error.exitCode;
}
