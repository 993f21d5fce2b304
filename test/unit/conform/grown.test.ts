// SPDX-License-Identifier: BSD-2-Clause

import { sample } from 'fast-check';
import * as assert from 'uvu/assert';
import type { Case } from '../../../harness/conform/case.js';
import { GrownArbitrary } from '../../../harness/conform/generate/grown.js';
import { canBeMade, defaultConfig, type ImagesStep } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const images: ImagesStep = {
  op: 'images',
  seed: 0,
  kernelSize: 64n,
  kernelMagic: 0x644d_5241,
  textOffset: 0x8_0000n,
  imageSize: 0x1000n,
  flags: 2n,
  dtbOffset: 0x20_0000n,
  dtbSize: 48n,
  dtbMagic: 0xd00d_feed,
  dtbTotal: 48,
  initrdOffset: 0x30_0000n,
  initrdSize: 64n,
};

test('a derived case does not ask a target for valid images that are larger than its space for them', () => {
  const pool: Case[] = [{ vcpus: 1, page: false, steps: [images] }];
  // Just below: the most that a device tree may have, which libraries compare with.
  const grown = sample(new GrownArbitrary(pool, [0x1f_ffffn, 48n], defaultConfig), {
    seed: 1,
    numRuns: 2000,
  });
  const steps = grown.flatMap((made) => made.steps).filter((step) => step.op === 'images');
  assert.ok(
    steps.some(({ dtbSize }) => dtbSize === 47n),
    'constants are used',
  );
  assert.ok(
    steps.some(({ dtbSize }) => dtbSize > 0x20_0000n - 2n),
    'sizes of calls that must fail, too',
  );
  for (const step of steps) assert.ok(canBeMade(defaultConfig, step), `device tree of ${step.dtbSize} bytes`);
});

run();
