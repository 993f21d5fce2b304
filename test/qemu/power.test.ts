// SPDX-License-Identifier: BSD-2-Clause
/** CPUs that wait, switch off and come back, and their interrupts: under the VMM and on the bare machine. */
import * as assert from 'uvu/assert';
import { assertSameLines, bareLines, type ReproGuest, vmmLines } from '../support/repro.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const { MICROKIT_SDK } = process.env;
const guest: ReproGuest = { name: 'power', cpus: 3 };
const bare = bareLines(guest);

test(
  'the guest reaches its end on the bare machine',
  async () => {
    const lines = await bare;
    assert.is(lines.filter((line) => line.includes('unexpected')).length, 0, lines.join('\n'));
    assert.is(lines.at(-1), 'repro: end');
  },
  { limit },
);

test(
  'waiting CPUs and CPUs that switch off look the same to a guest under the VMM as on the bare machine',
  async () => assertSameLines(await vmmLines(guest, 'minikit'), await bare),
  { limit },
);

test(
  'the same holds on seL4',
  async () => assertSameLines(await vmmLines(guest, MICROKIT_SDK ?? ''), await bare),
  { limit, skip: MICROKIT_SDK ? undefined : 'no Microkit SDK here (MICROKIT_SDK)' },
);

run();
