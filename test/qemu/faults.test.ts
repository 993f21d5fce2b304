// SPDX-License-Identifier: BSD-2-Clause
/**
 * Faults as a guest sees them, under the VMM and on the bare machine: exceptions, their syndromes, and their effects.
 */
import * as assert from 'uvu/assert';
import {
  assertSameLines,
  bareLines,
  limit,
  type ReproGuest,
  testSameAsBare,
  vmmLines,
} from '../support/repro.js';
import { run, test } from '../support/test.js';

testSameAsBare('a guest sees the same faults under the VMM as on the bare machine', { name: 'faults' });

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
