// SPDX-License-Identifier: BSD-2-Clause
/**
 * Faults as a guest sees them, under the VMM and on the bare machine: exceptions, their syndromes, and their effects.
 */
import * as assert from 'uvu/assert';
import { assertSameLines, bareLines, type ReproGuest, vmmLines } from '../support/repro.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const { MICROKIT_SDK } = process.env;
const guest: ReproGuest = { name: 'faults' };
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
  'a guest sees the same faults under the VMM as on the bare machine',
  async () => assertSameLines(await vmmLines(guest, 'minikit'), await bare),
  { limit },
);

test(
  'the same holds on seL4',
  async () => assertSameLines(await vmmLines(guest, MICROKIT_SDK ?? ''), await bare),
  { limit, skip: MICROKIT_SDK ? undefined : 'no Microkit SDK here (MICROKIT_SDK)' },
);

const steps: ReproGuest = { name: 'faults', defines: { FAULTS_STEPS: 1 } };
test(
  'a single step over an instruction that the VMM executes ends after it, as on the bare machine',
  async () => {
    const lines = await bareLines(steps);
    assert.is(lines.at(-1), 'repro: end');
    assert.ok(
      lines.filter((line) => line === 'repro:   bytes that it came 0x4').length >= 11,
      lines.join('\n'),
    );
    assertSameLines(await vmmLines(steps, 'minikit'), lines);
  },
  { limit },
);

run();
