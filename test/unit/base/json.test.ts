// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { jsonAs, readJson } from '../../../harness/base/json.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const schema = v.object({ name: v.string(), sizes: v.array(v.object({ bytes: v.number() })) });
const about = {
  what: 'the record',
  where: '/x.json',
  fault: 'infrastructure',
  wayOut: 'make it again',
} as const;
const good = '{"name":"a","sizes":[{"bytes":1},{"bytes":2}]}';

test('a value that matches the schema is returned', () => {
  const expected = { name: 'a', sizes: [{ bytes: 1 }, { bytes: 2 }] };
  assert.equal(readJson(schema, good, about), expected);
  assert.equal(jsonAs(schema, good), expected);
});

test('a file cut short anywhere is an error with its name and the way out', async () => {
  for (let end = 0; end < good.length; end += 1) {
    const error = await refusal(() => readJson(schema, good.slice(0, end), about));
    const { where, wayOut } = error.detail;
    assert.equal(
      [error.fault, error.message, where, wayOut],
      ['infrastructure', 'the record cannot be read', '/x.json', 'make it again'],
    );
    assert.is(jsonAs(schema, good.slice(0, end)), undefined);
  }
});

test('a file of another version is an error with the place in it, the expected value and the one found', async () => {
  const older = good.replace('2}', '"two"}');
  const error = await refusal(() => readJson(schema, older, about));
  const { where, expected, got } = error.detail;
  assert.equal([where, expected, got], ['/x.json: sizes.1.bytes', 'number', '"two"']);
  assert.is(jsonAs(schema, older), undefined);
});

run();
