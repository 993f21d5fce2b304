// SPDX-License-Identifier: BSD-2-Clause
/** Images for boards in QEMU's models of them: a GIC-400 with two security states, their UARTs, firmware at EL3. */
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { type BoardImage, testBoardImage } from '../support/board-image.js';
import { run } from '../support/test.js';

const images: readonly BoardImage[] = [
  ['zcu102', '2', 'debug'],
  ['rpi4b_1gb', '1', 'release'],
];
for (const image of images) {
  const [name] = image;
  await testBoardImage(image, (log) =>
    assert.ok(log.includes(`Machine model: Guest on ${boards.get(name)?.description}`)),
  );
}

run();
