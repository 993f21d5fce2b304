// SPDX-License-Identifier: BSD-2-Clause
/**
 * Guests whose vCPUs run on several cores, on a Microkit SDK with `smp-debug`. The kernel's cores wait for each other in busy
 * loops, and it has four of them in QEMU: with fewer on this machine a whole run takes longer than its limits.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../harness/base/progress.js';
import { withCpus } from '../../harness/cli/cores.js';
import { qemuTarget } from '../../harness/machine/qemu/qemu.js';
import { findSdk } from '../../harness/microkit/find.js';
import { sdkCores } from '../../harness/microkit/sdk-facts.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const config = 'smp-debug';
const { MICROKIT_SDK } = process.env;
const sdk = await findSdk({ wanted: MICROKIT_SDK ?? 'minikit', board: qemuBoard, progress: noProgress });
const cores = sdk.boards.get(qemuBoard.name)?.includes(config)
  ? sdkCores(sdk.dir, qemuBoard.name, config)
  : 1;
const noSmp =
  MICROKIT_SDK === undefined
    ? 'no Microkit SDK here (MICROKIT_SDK)'
    : cores === 1
      ? `${sdk.name} has no ${config} for several cores`
      : undefined;
const host = availableParallelism();
const tooFew = host < cores ? `this machine has ${host} cores for the ${cores} of QEMU` : undefined;

/** Milliseconds to the guest's line; on a machine with as many cores as QEMU has it takes about a second. */
const bringUpLimit = 240_000;

for (const vcpus of [2, 4]) {
  test(
    `Linux brings up ${vcpus} vCPUs on as many cores`,
    () =>
      inFolder({}, async (folder) => {
        const request = { board: qemuBoard, sdk, config, vcpus, cores: vcpus, progress: noProgress };
        const { image } = await buildSystem(request);
        const machine = await qemuTarget(withCpus(qemuBoard, cores)).start(image, { folder });
        try {
          const found = await machine.console.expect(/smp: Brought up 1 node, (\d+) CPUs/, {
            limit: bringUpLimit,
          });
          assert.is(found.groups[0], String(vcpus));
        } finally {
          await machine.powerOff();
        }
      }),
    { limit: 2 * bringUpLimit, skip: noSmp },
  );
}

for (const [vcpus, on] of [
  [1, 2],
  [4, 4],
] as const) {
  test(
    `a run with ${vcpus} vCPU${vcpus > 1 ? 's' : ''} on ${on} cores passes every check`,
    () =>
      inFolder({}, async (folder) => {
        const words = ['--config', config, '--vcpus', String(vcpus), '--cores', String(on)];
        const { code, out } = await harness([
          ...['run', '--sdk', sdk.dir, '--runs', join(folder, 'runs')],
          ...words,
        ]);
        assert.is(code, 0, out);
      }),
    { limit: 2 * bringUpLimit, skip: noSmp ?? tooFew },
  );
}

run();
