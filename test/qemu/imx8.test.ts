// SPDX-License-Identifier: BSD-2-Clause
/**
 * Images for i.MX8 boards in QEMU's i.MX8 machine: GICv3, i.MX UART, firmware, and a kernel that is packed if
 * necessary.
 */
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

// For minikit both boards are the same machine: one Linux boot is enough there.
const images = [
  ['imx8mp_evk', '1', 'debug'],
  ['maaxboard', '2', 'release'],
] as const;
for (const [name, vcpus, config] of MICROKIT_SDK ? images : images.slice(0, 1)) {
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
        assert.match(log, /GICv3: 0 SPIs|GICv3: CPU0: found redistributor/);
      }),
    { limit, skip: lack },
  );
}

run();
