// SPDX-License-Identifier: BSD-2-Clause
import { strictEqual } from 'node:assert';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../harness/base/error.js';
import { failureOf } from '../../../../harness/run/tests/failure.js';
import { run, test } from '../../../support/test.js';

const thrownBy = (body: () => unknown): unknown => {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** An error whose stack leads through these places. */
const thrownAt = (...places: string[]) =>
  Object.assign(new Error('x'), {
    stack: ['Error: x', ...places.map((place) => `    at ${place}`)].join('\n'),
  });

test('an assertion has what it expected and what it got', () => {
  const failure = failureOf(
    thrownBy(() => assert.is(1, 2)),
    '/a.test.ts',
  );
  assert.equal([failure.fault, failure.expected, failure.got], ['defect', '2', '1']);
  const nodes = failureOf(
    thrownBy(() => strictEqual('a', 'b')),
    '/a.test.ts',
  );
  assert.equal([nodes.expected, nodes.got], ['b', 'a']);
});

test('an error of the harness keeps its fault and its words', () => {
  const late = new HarnessError('product', 'it did not come', { expected: 'x', got: 'y' });
  const failure = failureOf(late, '/a.test.ts');
  assert.equal(
    [failure.fault, failure.message, failure.expected, failure.got],
    ['product', 'it did not come', 'x', 'y'],
  );
});

test("the place is the first one in the user's file", () => {
  const error = thrownAt(
    'expect (file:///harness/console.js:1:2)',
    'async check (/home/me/my suite/a.test.ts:12:3)',
    'async file:///home/me/my%20suite/a.test.ts:40:1',
  );
  assert.is(failureOf(error, '/home/me/my suite/a.test.ts').source, '/home/me/my suite/a.test.ts:12:3');
  assert.is(failureOf(thrownAt('x (node:net:1:2)'), '/a.test.ts').source, undefined);
});

test('what is thrown need not be an error', () => {
  assert.is(failureOf('no', '/a.test.ts').message, 'thrown: no');
  assert.is(failureOf(undefined, '/a.test.ts').message, 'thrown: undefined');
  assert.is(failureOf(null, '/a.test.ts').message, 'thrown: null');
});

run();
