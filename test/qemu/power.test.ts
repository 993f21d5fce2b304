// SPDX-License-Identifier: BSD-2-Clause
/** CPUs that wait, leave and come back, and their interrupts: under the VMM and on the bare machine. */
import * as assert from 'uvu/assert';
import { assertSameLines, bareLines, type ReproGuest, vmmLines } from '../support/repro.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const { MICROKIT_SDK } = process.env;
const guest: ReproGuest = { name: 'power', cpus: 3 };
const bare = bareLines(guest);

test(
  'the bare machine comes to the end of the guest',
  async () => {
    const lines = await bare;
    assert.is(lines.filter((line) => line.includes('unexpected')).length, 0, lines.join('\n'));
    assert.is(lines.at(-1), 'repro: end');
  },
  { limit },
);

test(
  'a guest sees the same of waiting and leaving CPUs under the VMM as on the bare machine',
  async () => assertSameLines(await vmmLines(guest, 'minikit'), await bare),
  { limit },
);

test(
  'on seL4 it does, too',
  async () => assertSameLines(await vmmLines(guest, MICROKIT_SDK ?? ''), await bare),
  { limit, skip: MICROKIT_SDK ? undefined : 'no Microkit SDK here (MICROKIT_SDK)' },
);

run();
