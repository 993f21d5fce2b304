// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { below, median } from '../../../../harness/dev/bench/bench.js';
import { figureTable } from '../../../../harness/dev/bench/table.js';
import { run, test } from '../../../support/test.js';

test('figures are in columns, values right-aligned, verdicts last', () => {
  const table = figureTable([
    { name: 'read GICD_IIDR', on: 'seL4', value: '3', comparedWith: 'bare 3', limit: '<= 30', held: true },
    below('build', '', 21_000, 20_000),
    { name: 'prompt', on: 'minikit', value: '1.50 s' },
  ]);
  assert.equal(table.split('\n'), [
    'figure          on         value  compared with  limit',
    '--------------  -------  -------  -------------  ---------  ------',
    'read GICD_IIDR  seL4           3  bare 3         <= 30      held',
    'build                    21.00 s                 < 20.00 s  MISSED',
    'prompt          minikit   1.50 s',
  ]);
});

test('a figure at its limit misses it', () => {
  assert.is(below('start', '', 149.9, 150).held, true);
  assert.is(below('start', '', 150, 150).held, false);
  assert.is(below('start', '', 150, 150).limit, '< 150 ms');
});

test('the median is the middle value, of an even number the lower one', () => {
  assert.is(median([9, 1, 5]), 5);
  assert.is(median([4, 3, 2, 1]), 2);
});

run();
