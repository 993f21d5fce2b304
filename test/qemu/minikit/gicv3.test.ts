// SPDX-License-Identifier: BSD-2-Clause
/** Boards with a GICv3, for which a QEMU from Debian's backports is needed. expected.txt has also been seen on seL4. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { expectedOf, limit, noQemuFor, sdksUnderTest, transcriptOf } from './support.js';

const skip = await noQemuFor('imx8mp_evk');

for (const sdk of await sdksUnderTest()) {
  test(
    `${sdk.name}: on a GICv3, a guest's virtual interrupts, traps and active priorities are its vCPU's, and interrupts come once`,
    async () =>
      assert.equal(await transcriptOf('gicv3', { sdk, board: 'imx8mp_evk' }), expectedOf('gicv3', sdk)),
    { limit, skip },
  );

  test(
    `${sdk.name}: faults on another board with another load address are the same to the last register`,
    async () =>
      assert.equal(await transcriptOf('faults', { sdk, board: 'maaxboard' }), expectedOf('faults', sdk)),
    { limit, skip },
  );
}

run();
