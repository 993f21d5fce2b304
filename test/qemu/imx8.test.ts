// SPDX-License-Identifier: BSD-2-Clause
/**
 * Images for i.MX8 boards in QEMU's i.MX8 machine: GICv3, i.MX UART, firmware, and a kernel that is packed if
 * necessary.
 */
import * as assert from 'uvu/assert';
import { type BoardImage, testBoardImage } from '../support/board-image.js';
import { run } from '../support/test.js';

// For minikit both boards are the same machine: one Linux boot is enough there.
const images: readonly BoardImage[] = [
  ['imx8mp_evk', '1', 'debug'],
  ['maaxboard', '2', 'release'],
];
for (const image of process.env.MICROKIT_SDK ? images : images.slice(0, 1))
  await testBoardImage(image, (log) => assert.match(log, /GICv3: 0 SPIs|GICv3: CPU0: found redistributor/));

run();
