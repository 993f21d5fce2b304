// SPDX-License-Identifier: BSD-2-Clause
/** The kinds of acts of a run. */
import assert from 'node:assert/strict';
import { chooseKinds, kindsNamed } from '../../../harness/differential/vocabulary/choose.js';
import { run, test } from '../../support/test.js';

test('under a kernel that shares debug registers, acts that use them are left out, and a line says so', () => {
  const { kinds, leftOut } = chooseKinds(undefined, { cpus: 1, sharesDebug: true });
  assert.ok(!kinds.includes('step') && !kinds.includes('breakpoints'));
  assert.match(leftOut.join(), /^left out: step, breakpoints: .*stop its VMM/);
});

test('elsewhere nothing is left out', () => {
  const { kinds, leftOut } = chooseKinds(undefined, { cpus: 2, sharesDebug: false });
  assert.ok(kinds.includes('step') && kinds.includes('cpus'));
  assert.deepEqual(leftOut, []);
});

test('what the user asks for is drawn', () => {
  assert.deepEqual(chooseKinds(['step'], { cpus: 1, sharesDebug: true }).kinds, ['step']);
});

test('an unknown kind is refused with the names of all, and acts of other CPUs with one CPU', () => {
  assert.throws(() => kindsNamed(['memory', 'steps'], 1), /there is no kind of act steps/);
  assert.throws(() => kindsNamed(['cpus'], 1), /need several CPUs/);
  assert.deepEqual(kindsNamed(['cpus'], 2), ['cpus']);
});

run();
