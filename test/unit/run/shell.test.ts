// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { FakeGuest } from '../../support/fake-guest.js';
import { run, test } from '../../support/test.js';

test("a command's output is returned without its echo and the prompt", async () => {
  const { shell } = new FakeGuest({ 'uname -r': '6.1.0' });
  assert.equal(await shell.run('uname -r'), { output: '6.1.0', status: 0 });
});

test('several lines and empty lines are kept unchanged', async () => {
  const { shell } = new FakeGuest({ 'cat x': 'one\n\n  three' });
  assert.is(await shell.output('cat x'), 'one\n\n  three');
});

test("commands one after the other do not see each other's output", async () => {
  const { shell } = new FakeGuest({ a: 'first', b: 'second' });
  assert.equal([await shell.output('a'), await shell.output('b')], ['first', 'second']);
});

test('a command that prints nothing returns empty text', async () => {
  const { shell } = new FakeGuest({ true: '' });
  assert.equal(await shell.run('true'), { output: '', status: 0 });
});

test('output that looks like the prompt does not end the command', async () => {
  const { shell } = new FakeGuest({ show: 'guest# is a prompt' });
  assert.is(await shell.output('show'), 'guest# is a prompt');
});

test('a command that fails is an error with its exit status', async () => {
  const { shell } = new FakeGuest({});
  try {
    await shell.output('nothing');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, HarnessError);
    assert.match((error as HarnessError).explain(), /"nothing" failed in the guest[\s\S]*exit status 127/);
  }
});

run();
