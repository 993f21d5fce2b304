// SPDX-License-Identifier: BSD-2-Clause
/** guest_restart: a guest that requests it without end must not block other protection domains. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { last } from './vcpus.js';

const ramKiB = 8192;
const pieceKiB = 64;

test('RAM is cleared in pieces, one each time a vCPU of the guest has run', () => {
  const [answer = ''] = last(1, 'guest 1', 'restart 0');
  const [begun, exits, most, outcome, state] = answer.split(' ');
  assert.equal([begun, outcome, state], ['true', 'placed', 'on']);
  assert.ok(Number(most) <= pieceKiB, `${most} KiB in one go`);
  assert.ok(Number(exits) >= ramKiB / pieceKiB, `${exits} exits`);
});

test('refused images leave the guest stopped, and the program is notified', () => {
  const [answer = ''] = last(1, 'guest 2', 'restart 1');
  assert.match(answer, /^true \d+ \d+ refused off$/);
});

run();
