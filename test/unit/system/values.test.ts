// SPDX-License-Identifier: BSD-2-Clause
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatHex, kinds } from '../../../harness/system/values.js';
import { run, test } from '../../support/test.js';

test('numbers are decimal or hexadecimal, with underscores anywhere', () => {
  const numbers: [string, number][] = [
    ['0', 0],
    ['100_000', 100_000],
    ['0x1_000', 0x1000],
    ['_0x_10_', 16],
    ['0xFFff', 0xffff],
    ['+5', 5],
    ['0x1fffffffffffff', Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, value] of numbers) assert.is(kinds.number.read(text), value, text);
});

test('a text that is not a number, or not exact, is refused', () => {
  for (const text of ['', '_', '0x', '-1', '4k', '1.5', '0X10', '0b1', '1e3', ' 1', '0x20000000000000'])
    assert.is(kinds.number.read(text), undefined, text);
});

test('interrupts and ids are plain decimal numbers', () => {
  assert.is(kinds.decimal.read('-1'), -1);
  assert.is(kinds.unsigned.read('33'), 33);
  for (const text of ['0x21', '3_3', '', ' 33', '33.0', '99999999999999999999'])
    assert.is(kinds.decimal.read(text), undefined, text);
  assert.is(kinds.unsigned.read('-1'), undefined);
});

test('permissions are written in one order, each letter once', () => {
  assert.is(kinds.permissions.read('xrwr'), 'rwx');
  assert.is(kinds.permissions.read(''), '');
  assert.is(kinds.permissions.read('rwz'), undefined);
});

test('durations have one space and a unit', () => {
  assert.equal(kinds.duration.read('0x1_0 us'), { value: 16, unit: 'us' });
  for (const text of ['1000', '1000us', '1  us', '0 us', 'us', '1 ms', '-1 us'])
    assert.is(kinds.duration.read(text), undefined, text);
});

test('every number reads back as it was written', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom('vaddr', 'size', 'priority'), (value, attribute) => {
      assert.is(kinds.number.read(kinds.number.write(value, attribute)), value);
    }),
  );
});

test('hexadecimal digits are in groups of three from the right', () => {
  assert.is(formatHex(0), '0x0');
  assert.is(formatHex(0xfff), '0xfff');
  assert.is(formatHex(0x1000), '0x1_000');
  assert.is(formatHex(0x4000_0000), '0x40_000_000');
});

run();
