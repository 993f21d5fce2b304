// SPDX-License-Identifier: BSD-2-Clause
/**
 * From the virtual distributor into the list registers (IHI 0048B, 3.2 and 3.3), and back at the end of an interrupt.
 */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { fourCpus, loads, oneCpu, read, values, write } from './distributor.js';

test('an SGI goes to the targets of its filter, and nowhere for a narrow write or a reserved filter', () => {
  const on = write(0x000, 1);
  assert.equal(loads(fourCpus, on, write(0xf00, 0x000a_0003, 1)), ['', '1:0=3,0,0 3:0=3,0,0']);
  assert.equal(loads(fourCpus, on, write(0xf00, 0x0100_0004, 1)), ['', '0:0=4,0,0 2:0=4,0,0 3:0=4,0,0']);
  assert.equal(loads(fourCpus, on, write(0xf00, 0x0200_0005, 1)), ['', '1:0=5,0,0']);
  assert.equal(loads(fourCpus, on, write(0xf00, 0x030f_0005, 1), write(0xf02, 0x000f, 1, 2)), ['', '', '']);
});

test('an SGI from two senders is delivered twice, and shows its pending senders', () => {
  const lines = [write(0xf00, 0x0001_0002, 1), write(0xf00, 0x0001_0002, 3)];
  assert.equal(
    values(fourCpus, ...lines, read(0xf10), read(0xf20), read(0x200)),
    [0x000a_0000, 0x000a_0000, 4],
  );
  assert.equal(loads(fourCpus, ...lines, write(0x000, 1), 'end 0 0', 'end 0 0'), [
    '',
    '',
    '0:0=2,0,0',
    '0:0=2,0,0',
    '',
  ]);
  assert.equal(
    values(fourCpus, ...lines, write(0xf12, 0x02, 0, 1), read(0xf10), read(0x200)),
    [0x0008_0000, 4],
  );
  assert.equal(values(fourCpus, write(0xf22, 0xff, 0, 1), read(0xf10)), [0x000f_0000]);
});

test('an interrupt that is pending while it or its group is disabled is delivered once enabled', () => {
  const pend = write(0x204, 0x2);
  assert.equal(loads(oneCpu, pend, write(0x000, 1), write(0x104, 2)), ['', '', '0:0=33,0,0']);
  assert.equal(loads(oneCpu, pend, write(0x104, 2), write(0x000, 2), write(0x000, 1)), [
    '',
    '',
    '',
    '0:0=33,0,0',
  ]);
  assert.equal(loads(oneCpu, write(0x084, 2), pend, write(0x104, 2), write(0x000, 1), write(0x000, 2)), [
    '',
    '',
    '',
    '',
    '0:0=33,0,1',
  ]);
});

test('with too few list registers the highest priority comes first, then the lowest INTID', () => {
  const all = [write(0x420, 0x5060_7080), write(0x424, 0x1010_3040), write(0x104, 0xff), write(0x204, 0xff)];
  const answers = loads(oneCpu, ...all, write(0x000, 1), 'end 0 2', 'end 0 0');
  assert.equal(answers.slice(4), [
    '0:0=38,2,0 0:1=39,2,0 0:2=37,6,0 0:3=36,8,0',
    '0:2=35,10,0',
    '0:0=34,12,0',
  ]);
});

test('a write that makes several interrupts pending completes before any of them is delivered', () => {
  const setup = [write(0x000, 1), write(0x400, 0x0008_1018)];
  assert.equal(
    loads(oneCpu, ...setup, write(0xf20, 0x0101_0101))[2],
    '0:0=3,0,0 0:1=2,1,0 0:2=1,2,0 0:3=0,3,0',
  );
});

test('an interrupt in a list register reads as pending, is not loaded twice, and is delivered again if raised again', () => {
  const setup = [write(0x000, 1), write(0x104, 2), write(0x204, 2)];
  const reads = [read(0x204), read(0x284), read(0x304)];
  assert.equal(values(oneCpu, ...setup, write(0x304, 2), ...reads), [2, 2, 0]);
  assert.equal(loads(oneCpu, ...setup, write(0x204, 2), 'end 0 0', 'end 0 0').slice(3), [
    '',
    '0:0=33,0,0',
    '',
  ]);
});

test('an interrupt that the guest has made active waits until the guest makes it inactive', () => {
  const setup = [write(0x000, 1), write(0x104, 2), write(0x304, 2), write(0x204, 2)];
  assert.equal(loads(oneCpu, ...setup, write(0x384, 2)).slice(3), ['', '0:0=33,0,0']);
});

test('an end of an interrupt that no list register holds changes nothing', () => {
  assert.equal(loads(oneCpu, write(0x000, 1), 'end 0 0', 'end 0 3', 'end 0 4', `end 0 ${'f'.repeat(16)}`), [
    '',
    '',
    '',
    '',
    '',
  ]);
});

run();
