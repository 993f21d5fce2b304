// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../harness/base/error.js';
import { noProgress } from '../../../../harness/base/progress.js';
import type { Check } from '../../../../harness/run/checks/check.js';
import { runChecks } from '../../../../harness/run/checks/run-checks.js';
import { FakeGuest } from '../../../support/fake-guest.js';
import { run, test } from '../../../support/test.js';

const passing = (name: string): Check => ({
  name,
  run: async () => ({ passed: true, expected: 'x', got: 'x' }),
});
const failing: Check = { name: 'failing', run: async () => ({ passed: false, expected: 'x', got: 'y' }) };
const broken: Check = {
  name: 'broken',
  run: async () => {
    throw new HarnessError('product', 'the prompt did not come', {
      expected: '"guest# "',
      got: 'last line: x',
    });
  },
};

const outcomes = async (checks: Check[]) => {
  const { results, error } = await runChecks(checks, new FakeGuest({}).context(), noProgress);
  return { outcomes: results.map(({ name, outcome }) => `${name}: ${outcome}`), error, results };
};

test('a check that finds something unexpected fails, and the next one runs', async () => {
  const { outcomes: got, error } = await outcomes([failing, passing('next')]);
  assert.equal(got, ['failing: fail', 'next: pass']);
  assert.is(error, undefined);
});

test('a check whose wait fails ends the run and reports what was expected', async () => {
  const { outcomes: got, error, results } = await outcomes([passing('first'), broken, passing('last')]);
  assert.equal(got, ['first: pass', 'broken: fail', 'last: not run']);
  assert.is(error?.message, 'the prompt did not come');
  assert.equal(
    [results[1]?.expected, results[1]?.got],
    ['"guest# "', 'the prompt did not come; last line: x'],
  );
});

test("when the target is to blame, the check reports the target's reason", async () => {
  const guest = new FakeGuest({});
  const machine = {
    ...guest.machine,
    diagnose: async () => new HarnessError('infrastructure', 'QEMU hangs'),
  };
  const { results, error } = await runChecks([broken], guest.context({ machine }), noProgress);
  assert.is(error?.fault, 'infrastructure');
  assert.equal([results[0]?.outcome, results[0]?.got], ['error', 'QEMU hangs']);
});

test('a check that a signal interrupts has not failed', async () => {
  const { results } = await runChecks([broken], new FakeGuest({}).context(), noProgress, AbortSignal.abort());
  assert.equal(
    results.map(({ outcome }) => outcome),
    ['not run'],
  );
});

test('a bug in a check is not a finding about the guest', async () => {
  const bug: Check = {
    name: 'bug',
    run: async () => {
      throw new TypeError('undefined is not a function');
    },
  };
  await outcomes([bug]).then(
    () => assert.unreachable(),
    (error) => assert.instance(error, TypeError),
  );
});

run();
