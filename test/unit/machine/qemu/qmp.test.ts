// SPDX-License-Identifier: BSD-2-Clause
/** QEMU's machine protocol, with QEMU's side made up. */
import { createInterface } from 'node:readline';
import { duplexPair } from 'node:stream';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { HarnessError } from '../../../../harness/base/error.js';
import { Qmp } from '../../../../harness/machine/qemu/qmp.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

const status = v.object({ status: v.string() });

/** A QEMU that answers every command with `value`, after these lines. */
function qemu(value: unknown, before: readonly string[] = []): Qmp {
  const [near, far] = duplexPair();
  const qmp = new Qmp(near, async () => new HarnessError('infrastructure', 'closed'));
  for (const line of before) far.write(`${line}\n`);
  createInterface(far).on('line', (line) => {
    const { id } = JSON.parse(line) as { id: number };
    far.write(`${JSON.stringify({ return: value, id })}\n`);
  });
  return qmp;
}

test('an answer has the type of its schema', async () => {
  const answer = await qemu({ status: 'running', more: 1 }).ask(status, 'query-status');
  assert.is(answer.status, 'running');
});

test('an answer of another shape is an error with its place', async () => {
  const error = await refusal(qemu({ status: 3 }).ask(status, 'query-status'));
  assert.is(error.fault, 'infrastructure');
  assert.match(
    error.explain(),
    /QMP: status: QEMU's answer to query-status cannot be read\n.*expected: string\n.*got: +3/,
  );
});

test('lines that do not belong to the protocol are passed over', async () => {
  const strange = ['', 'not JSON', '[1]', 'null', '{"id": "1"}', '{"QMP": {"version": 8}}', '{"id": 1, "err'];
  assert.equal(await qemu({ status: 'paused' }, strange).execute('query-status'), { status: 'paused' });
});

run();
