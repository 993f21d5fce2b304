// SPDX-License-Identifier: BSD-2-Clause
/**
 * A guest that sets its debug registers, in every configuration of the SDK. If the kernel leaves them active
 * (docs/known-issues.md), it stops whatever runs next; otherwise it stops nothing. The SDK's files determine which of
 * the two is expected.
 */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { buildBareGuest } from '../../guest-builder/bare.js';
import { HarnessError } from '../../harness/base/error.js';
import { buildRoot } from '../../harness/base/paths.js';
import { noProgress } from '../../harness/base/progress.js';
import { qemuTarget } from '../../harness/machine/qemu/qemu.js';
import { findSdk } from '../../harness/microkit/find.js';
import { debugRegisters } from '../../harness/microkit/isolation.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

const board = boards.get('qemu_virt_aarch64') as Board;
/** Milliseconds without output after which the machine counts as stopped. The awaited text takes a fraction of this. */
const silence = 10_000;
const limit = 90_000;

/** `0 wrong` and the like, or `stopped` when the guest begins but never reaches its end. */
async function outcomeOf(wanted: string, config: string): Promise<string> {
  const folder = join(buildRoot, 'guests', 'hostile-debug');
  const { image: guest } = await buildBareGuest('hostile', board, folder, { HOSTILE_DEBUG: 1 });
  const sdk = await findSdk({ wanted, progress: noProgress });
  const request = { board, sdk, config, vcpus: 1, kernel: guest, initrd: guest, progress: noProgress };
  const { image } = await buildSystem(request);
  return inFolder({}, async (logs) => {
    const machine = await qemuTarget(board).start(image, { folder: logs });
    try {
      await machine.console.expect('hostile: begin', { what: "the guest's first line", limit: 60_000 });
      const end = { what: "the guest's end", limit: 3 * silence, silence };
      const done = await machine.console.expect(/hostile: done, (\d+ wrong)/, end);
      return done.groups[0] ?? '';
    } catch (error) {
      if (error instanceof HarnessError && error.fault === 'product') return 'stopped';
      throw error;
    } finally {
      await machine.powerOff();
    }
  });
}

const wanted = process.env.MICROKIT_SDK ?? 'minikit';
const sdk = await findSdk({ wanted, progress: noProgress });
const configs = (sdk.boards.get(board.name) ?? []).filter((one) => one === 'debug' || one === 'release');

const stopped = {
  outcome: 'stopped',
  sentence: "stops the machine, as its kernel's configuration implies",
};
const survived = { outcome: '0 wrong', sentence: 'stops nobody, and they keep their values' };
/** With the hardware debug API, seL4 treats MDSCR_EL1.SS as that of a thread, and clears it at an exit. */
const stepLost = { outcome: '1 wrong', sentence: 'stops nobody, and loses its single step at an exit' };

for (const config of configs) {
  const own = debugRegisters(sdk, board.name, config) === 'own';
  const { outcome, sentence } = own ? (sdk.provider === 'minikit' ? survived : stepLost) : stopped;
  test(
    `${sdk.name} ${config}: a guest that sets its debug registers ${sentence}`,
    async () => assert.is(await outcomeOf(wanted, config), outcome),
    { limit },
  );
}

run();
