// SPDX-License-Identifier: BSD-2-Clause
/** A kernel with several cores: a vCPU elsewhere runs while the VMM does, and its registers are out of reach. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { assemble } from './assemble.js';
import { write } from './distributor.js';
import { ask, askOnCores, hex } from './subject.js';
import { guest, smc, timer, wait } from './vcpus.js';

const version = 0x8400_0000;
const last = (answers: readonly string[], count = 1) => answers.slice(-count);
const sgiToOther = [write(0x000, 1), write(0xf00, 0x0002_0003)];

test('a polling vCPU on another core is woken with its timer unmasked, whose event may have been dropped', () => {
  const lines = [...guest(2), timer(1, 1000), wait(1), ...sgiToOther, smc(0, version)];
  assert.match(last(askOnCores(lines))[0] ?? '', / \+1 ack/);
  assert.not.match(last(ask(lines))[0] ?? '', /ack/, 'on one core no fault waits');
});

test('a timer whose interrupt the guest has not ended stays masked', () => {
  const lines = [...guest(2), timer(1, 1000), wait(1), write(0x000, 1), write(0x100, 1 << 27, 1), 'vppi 1'];
  const answers = askOnCores([...lines, wait(1), ...sgiToOther.slice(1), smc(0, version)]);
  assert.not.match(last(answers)[0] ?? '', /ack/);
});

test('vCPUs on several cores are not reordered by suspending and resuming them', () => {
  const lines = [...guest(3), timer(1, 1000), wait(1)];
  assert.equal(last(askOnCores(lines)), ['resume +0']);
});

test('the VMM says once that it cannot reach the registers of a vCPU elsewhere', async () => {
  const [load = 0] = await assemble(['ldr w2, [x1]']);
  // A data abort without a syndrome, of an address that nobody emulates: it is injected.
  const abort = `fault ${hex(load)} b000000 92000007`;
  const lines = ['start 1 0', 'gpr 1 b000000', 'said', abort, 'said', abort, 'said'];
  const [, , none, , one, , again] = ask(['elsewhere 1', ...lines].slice(1));
  assert.equal([none, one, again], ['0', '0', '0'], 'on the core of the VMM they are in reach');
  const [, , , before, , first, , second] = askOnCores(['elsewhere 1', ...lines]);
  assert.equal([before, first, second], ['0', '1', '1']);
});

run();
