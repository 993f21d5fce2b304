// SPDX-License-Identifier: BSD-2-Clause
/** Messages of the VMM for a packed kernel, by the result of zlib. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { ask, hex } from './subject.js';

const streamEnd = 1;
const ok = 0;
const good = {
  size: 1000,
  packed: 400,
  init: 0,
  result: streamEnd,
  consumed: 400,
  produced: 1000,
  message: 0,
  state: 7160,
};

const unpack = (told: Partial<typeof good>) => {
  const numbers = Object.values({ ...good, ...told }).map((value) => hex(BigInt.asUintN(64, BigInt(value))));
  return ask([`unpack ${numbers.join(' ')}`])[0];
};

const cases: [string, Partial<typeof good>, string][] = [
  ['a kernel of the right size', {}, 'whole'],
  ['a wrong checksum', { result: -3, message: 1 }, 'incorrect data check'],
  ['damage that zlib has no words for', { result: -3 }, 'not gzip'],
  ['a file that is cut off', { result: ok, produced: 900 }, 'its end is missing'],
  ['a kernel that is longer', { result: ok, consumed: 300 }, 'larger than it should be'],
  ['a kernel that is longer, for which zlib wants a window', { state: 40_000 }, 'larger than it should be'],
  ['a kernel that is shorter', { produced: 999 }, 'smaller than it should be'],
  ['bytes behind the end', { consumed: 399 }, 'something follows it'],
  ['another zlib', { init: -6 }, 'this is not the zlib that the program was written for'],
  ['more than zlib counts at once', { size: 2 ** 32 }, 'larger than 4 GiB'],
];

for (const [record, told, text] of cases) {
  test(`${record} gives: ${text}`, () => {
    assert.is(unpack(told), text);
  });
}

run();
