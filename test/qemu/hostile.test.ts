// SPDX-License-Identifier: BSD-2-Clause
/**
 * The hostile guest does everything that a guest must not do, and the VMM must still be running and correct at the end.
 *
 * `HOSTILE_SHARE=1 node dist/test/qemu/hostile.test.js` tries every offset with every form, which takes minutes. By
 * default each form gets one offset in 61, including all alignments.
 */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { buildBareGuest } from '../../guest-builder/bare.js';
import { buildRoot } from '../../harness/base/paths.js';
import { noProgress } from '../../harness/base/progress.js';
import { qemuAtHand } from '../../harness/machine/qemu/choose.js';
import { qemuTarget } from '../../harness/machine/qemu/qemu.js';
import { findSdk } from '../../harness/microkit/find.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

const share = Number(process.env.HOSTILE_SHARE ?? 61);
const limit = share === 1 ? 1_200_000 : 170_000;
const silence = limit / 2;

/** The guest's counts for each phase, in order. */
interface Outcome {
  phases: string[];
  wrong: string;
}

const withGicV2 = boards.get('qemu_virt_aarch64') as Board;
const withGicV3 = boards.get('imx8mp_evk') as Board;

/** Runs the guest until the VMM reports that it has switched itself off. */
async function runHostile(wanted: string, vcpus: number, board = withGicV2): Promise<Outcome> {
  const folder = join(buildRoot, 'guests', `hostile-${board.name}-${share}`);
  const { image: guest } = await buildBareGuest('hostile', board, folder, { HOSTILE_SHARE: share });
  const sdk = await findSdk({ wanted, progress: noProgress });
  // It needs no initrd: any file will do.
  const request = { board, sdk, config: 'debug', vcpus, kernel: guest, initrd: guest, progress: noProgress };
  const { image } = await buildSystem(request);
  return inFolder({}, async (logs) => {
    const machine = await qemuTarget(board).start(image, { folder: logs });
    try {
      await machine.console.expect('hostile: begin', { what: "the guest's first line", limit: 60_000 });
      const done = await machine.console.expect(/hostile: done, (\d+) wrong/, {
        what: "the guest's end",
        limit,
        silence,
      });
      const stopped = { what: "the VMM's report that the guest is off", limit: 10_000 };
      await machine.console.expect('vmm|INFO: guest stopped: SYSTEM_OFF', stopped);
      const lines = done.before.split('\n').map((line) => line.trim());
      return { phases: lines.filter((line) => line.startsWith('hostile: ')), wrong: done.groups[0] ?? '' };
    } finally {
      await machine.powerOff();
    }
  });
}

function assertSurvived({ phases, wrong }: Outcome): void {
  assert.is(wrong, '0', phases.join('\n'));
  const names = phases.map((line) => line.split(': ')[1]);
  for (const name of [
    'values',
    'distributor registers',
    'jumps',
    'two pages',
    'sizes of an address',
    'system registers read',
    'PSCI',
    'alive',
  ]) {
    assert.ok(names.includes(name), `no phase "${name}" in\n${phases.join('\n')}`);
  }
}

test(
  'the VMM survives a guest that does everything it must not do, and stays correct to the end',
  async () => assertSurvived(await runHostile('minikit', 1)),
  { limit: 2 * limit },
);

test(
  'the VMM survives the same with two vCPUs, without a page of the distributor that the guest may read',
  async () => assertSurvived(await runHostile('minikit', 2)),
  { limit: 2 * limit },
);

const { lack } = await qemuAtHand(withGicV3);
test(
  'the VMM survives the same with a GICv3, on the frames of the distributor and of four redistributors',
  async () => assertSurvived(await runHostile('minikit', 4, withGicV3)),
  { limit: 2 * limit, skip: lack },
);

const { MICROKIT_SDK } = process.env;
const noSdk = MICROKIT_SDK ? undefined : 'no Microkit SDK here (MICROKIT_SDK)';
test(
  'on seL4 the hostile guest sees the same, access by access',
  async () => {
    const real = await runHostile(MICROKIT_SDK ?? '', 1);
    assertSurvived(real);
    assert.equal(real.phases, (await runHostile('minikit', 1)).phases);
  },
  { limit: 3 * limit, skip: noSdk },
);

test(
  'the same holds on seL4 with a GICv3',
  async () => {
    const real = await runHostile(MICROKIT_SDK ?? '', 2, withGicV3);
    assertSurvived(real);
    assert.equal(real.phases, (await runHostile('minikit', 2, withGicV3)).phases);
  },
  { limit: 3 * limit, skip: noSdk ?? lack },
);

run();
