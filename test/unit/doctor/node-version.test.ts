// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { isNodeEnough } from '../../../harness/doctor/doctor.js';
import { run, test } from '../../support/test.js';

const cases: [has: string, wants: string, enough: boolean][] = [
  ['20.15.0', '>=20.15', true],
  ['20.15.1', '>=20.15', true],
  ['20.14.9', '>=20.15', false],
  ['21.0.0', '>=20.15', true],
  ['22.1.0', '>=20.15', true],
  ['18.20.0', '>=20.15', false],
  ['20.2.0', '>=20.15', false],
  ['100.0.0', '>=20.15', true],
];

for (const [has, wants, enough] of cases) {
  test(`Node.js ${has} is ${enough ? 'enough' : 'too old'} where ${wants} is wanted`, () =>
    assert.is(isNodeEnough(has, wants), enough));
}

run();
