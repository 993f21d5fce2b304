// SPDX-License-Identifier: BSD-2-Clause
/** Interrupts of vCPUs that are off, go off, and come on again (IHI 0048B, 1.4.3; DEN0022, CPU_OFF and CPU_ON). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { read, write } from './distributor.js';
import { cpuOff, cpuOn, entry, fires, guest, last, now, running, smc, timer } from './vcpus.js';

const vtimer = 1 << 27;
/** SPI 40: on, enabled, with these targets, and made pending. */
const spi = (targets: number) => [
  write(0x000, 1),
  write(0x828, targets, 0, 1),
  write(0x104, 1 << 8),
  write(0x204, 1 << 8),
];

test('an SPI for several vCPUs goes to the first of them that is on', () => {
  const loaded = (...lines: string[]) => last(1, ...lines, ...spi(3));
  assert.equal(loaded(...guest(2)), ['0:0=40,0,0']);
  assert.equal(loaded(...guest(2), smc(0, cpuOff)), ['1:0=40,0,0']);
});

test('an SPI whose targets are off waits, and goes to the one that is started', () => {
  assert.equal(last(2, 'guest 2', ...spi(2), smc(0, cpuOn, 1, entry)), [
    '',
    'resume +4 -1 +1 1:0=40,0,0 x0=0',
  ]);
});

test('SGIs for a vCPU that is off wait for it', () => {
  const lines = ['guest 2', write(0x000, 1), write(0xf00, 0x0002_0003), write(0xf00, 0x0002_0003)];
  assert.equal(last(2, ...lines, smc(0, cpuOn, 1, entry)), ['', 'resume +4 -1 +1 1:0=3,0,0 x0=0']);
});

test('an interrupt that a vCPU did not take before CPU_OFF goes to another target, or waits for the vCPU', () => {
  assert.equal(last(1, ...guest(2), ...spi(3), smc(0, cpuOff)), [
    'hold +0 -0 ack +1 1:0=40,0,0 x0=2214592514',
  ]);
  const waits = [...guest(2), ...spi(2), smc(1, cpuOff)];
  assert.equal(last(2, ...waits, read(0x204)), ['hold +0 -1 ack +0 x0=2214592514', '100']);
  assert.equal(last(1, ...waits, write(0x828, 1, 0, 1)), ['0:0=40,0,0']);
  assert.equal(last(1, ...waits, running, smc(0, cpuOn, 1, entry)), ['resume +4 -1 +1 1:0=40,0,0 x0=0']);
});

test('an SGI that is not taken before CPU_OFF keeps its sender', () => {
  const lines = [...guest(2), write(0x000, 1), write(0xf00, 0x0002_0003), smc(1, cpuOff), read(0xf20, 1)];
  assert.equal(last(1, ...lines), ['1000000']);
});

test('the timer of a vCPU that went off is not pending when it comes on again, and can fire', () => {
  const lines = [...guest(2), timer(1, 10), now(10), fires(1), read(0x200, 1)];
  assert.equal(last(1, ...lines), [(vtimer | 0).toString(16)]);
  assert.equal(last(2, ...lines, smc(1, cpuOff), read(0x200, 1)), ['hold +0 -1 ack +0 x0=2214592514', '0']);
});

test('CPU_ON requires an entry point in RAM that is a multiple of 4', () => {
  for (const bad of [2, entry + 2, entry - 4]) {
    assert.equal(last(1, 'guest 2', smc(0, cpuOn, 1, bad)), ['resume +4 x0=-9']);
  }
});

test('a guest that is started again has no pending SGIs, of any sender', () => {
  const pended = [...guest(2), write(0xf00, 0x0002_0003), read(0xf20, 1)];
  assert.equal(last(1, ...pended), ['1000000']);
  assert.equal(last(2, ...pended, 'boot', read(0x200, 1), read(0xf20, 1)), ['0', '0']);
});

run();
