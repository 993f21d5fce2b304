// SPDX-License-Identifier: BSD-2-Clause
/** Images for boards in QEMU's models of them: a GIC-400 with two security states, their UARTs, firmware at EL3. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { qemuAtHand } from '../../harness/machine/qemu/choose.js';
import { builtInNames } from '../../harness/run/checks/built-in.js';
import type { Result } from '../../harness/verdict/verdict.js';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const { MICROKIT_SDK } = process.env;
const sdk = MICROKIT_SDK || 'minikit';
const kernel = MICROKIT_SDK ? 'seL4' : 'minikit';

const images = [
  ['zcu102', '2', 'debug'],
  ['rpi4b_1gb', '1', 'release'],
] as const;
for (const [name, vcpus, config] of images) {
  const { lack } = await qemuAtHand(boards.get(name) as Board);
  test(
    `a Linux guest passes every check on ${kernel} with an image for ${name}, ${config}, vCPUs: ${vcpus}`,
    () =>
      inFolder({}, async (runs) => {
        const words = ['--board', name, '--vcpus', vcpus, '--config', config, '--sdk', sdk, '--runs', runs];
        const { code, out, err } = await harness(['run', ...words, '--json']);
        if (out === '') throw new Error(err);
        const { results, outcome, board } = JSON.parse(out);
        const failed = results.filter((one: Result) => one.outcome !== 'pass');
        assert.equal(failed, []);
        assert.equal([code, outcome, board, results.length], [0, 'pass', name, builtInNames.length + 1]);
        const log = readFileSync(join(runs, 'latest', 'console.log'), 'latin1');
        assert.ok(log.includes(`Machine model: Guest on ${boards.get(name)?.description}`));
      }),
    { limit, skip: lack },
  );
}

run();
