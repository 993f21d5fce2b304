// SPDX-License-Identifier: BSD-2-Clause
/** The virtual timer's PPI is pending as long as its line is asserted (IHI 0048B, 4.3.7 and 4.3.8). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { read, write } from './distributor.js';
import { fires, guest, last, now, smc, timer, timerOff, wait } from './vcpus.js';

const bit = 1 << 27;
const pending = read(0x200);
const fired = [...guest(1), write(0x000, 1), timer(0, 10), now(10), fires(0)];
const enable = write(0x100, bit);

test('a timer that has fired shows as pending', () => {
  assert.equal(last(1, ...fired, pending), [bit.toString(16)]);
  assert.equal(last(1, ...fired, enable), ['0:0=27,0,0']);
});

test('the PPI falls with its line: timer off, masked, or set to later', () => {
  for (const fallen of [timerOff(0), timer(0, 10, 3), timer(0, 11)]) {
    assert.equal(last(1, ...fired, fallen, pending), ['0']);
    assert.equal(last(1, ...fired, fallen, enable), ['']);
    assert.equal(last(1, ...fired, fallen, smc(0, 0x8400_0000)), ['resume +4 ack x0=65537']);
  }
});

test('an interrupt that fell becomes pending again with its line', () => {
  assert.equal(last(1, ...fired, timerOff(0), enable, timer(0, 5), fires(0)), ['resume +0 ack 0:0=27,0,0']);
});

test('a state set by GICD_ISPENDR stays pending without the line', () => {
  assert.equal(last(1, ...fired, write(0x200, bit), timerOff(0), pending), [bit.toString(16)]);
  const latched = [...guest(1), write(0x000, 1), write(0x200, bit), timer(0, 10), now(10), fires(0)];
  assert.equal(last(1, ...latched, timerOff(0), enable), ['0:0=27,0,0']);
});

test('an interrupt in a list register stays there', () => {
  const loaded = [...fired, enable, timerOff(0)];
  assert.equal(last(2, ...loaded, wait(0, 1), pending), ['resume +4', bit.toString(16)]);
});

run();
