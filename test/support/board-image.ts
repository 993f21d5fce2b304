// SPDX-License-Identifier: BSD-2-Clause
/** A Linux guest on an image for a board, in QEMU's model of the board. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { qemuAtHand } from '../../harness/machine/qemu/choose.js';
import { builtInNames } from '../../harness/run/checks/built-in.js';
import type { Result } from '../../harness/verdict/verdict.js';
import { inFolder } from './folder.js';
import { harness } from './harness.js';
import { test } from './test.js';

const limit = 170_000;
const { MICROKIT_SDK } = process.env;
const sdk = MICROKIT_SDK || 'minikit';
const kernel = MICROKIT_SDK ? 'seL4' : 'minikit';

export type BoardImage = readonly [board: string, vcpus: string, config: string];

/** Adds the test that the guest passes every check, and that its log is as `look` expects. */
export async function testBoardImage(
  [name, vcpus, config]: BoardImage,
  look: (log: string) => void,
): Promise<void> {
  const { lack } = await qemuAtHand(boards.get(name) as Board);
  test(
    `a Linux guest passes every check on ${kernel} with an image for ${name}, ${config}, vCPUs: ${vcpus}`,
    () =>
      inFolder({}, async (runs) => {
        const words = ['--board', name, '--vcpus', vcpus, '--config', config, '--sdk', sdk, '--runs', runs];
        const { code, out, err } = await harness(['run', ...words, '--json']);
        if (out === '') throw new Error(err);
        const verdict = JSON.parse(out);
        // An SDK without the board, for example.
        if (verdict.results === undefined) throw new Error(out);
        const { results, outcome, board } = verdict;
        const failed = results.filter((one: Result) => one.outcome !== 'pass');
        assert.equal(failed, []);
        assert.equal([code, outcome, board, results.length], [0, 'pass', name, builtInNames.length + 1]);
        look(readFileSync(join(runs, 'latest', 'console.log'), 'latin1'));
      }),
    { limit, skip: lack },
  );
}
