// SPDX-License-Identifier: BSD-2-Clause
/** libvmm's printf beside this machine's own. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { ask } from './subject.js';

test('every flag, width, precision, length and conversion is formatted as in the C library', () => {
  assert.is(ask(['formats'])[0], '617616 compared, 0 differ');
});

test('a NULL string is (null), and unknown conversions are printed unchanged', () => {
  assert.is(ask(['format_oddities'])[0], '[(null)][%y] [%5.2f] [%');
});

run();
