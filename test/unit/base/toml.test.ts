// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { readToml } from '../../../harness/base/toml.js';
import { placesOf, type TomlPath } from '../../../harness/base/toml-places.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const text = [
  'a = 1',
  '[t]',
  'list = [',
  '  1,',
  ']',
  'x.y = """',
  'z = 1',
  '"""',
  'in = { deep = 2 }',
  '[t.sub]',
  'z = 3 # [a.b]',
  'e = ""',
  's = """x\\""""""',
  "l = [[{ k = 'v' }], '''",
  "q = 1''''']",
  '"quoted key".\'x\' = 1979-05-27T07:32:00Z',
  '[[many]]',
  'n = 1',
  '[[many]]',
  '[many.in]',
  'n = 2',
].join('\n');
const places: [path: TomlPath, line: number, column: number][] = [
  [['a'], 1, 1],
  [['t', 'list'], 3, 1],
  [['t', 'x', 'y'], 6, 3],
  [['t', 'in', 'deep'], 9, 8],
  [['t', 'sub'], 10, 4],
  [['t', 'sub', 'z'], 11, 1],
  [['t', 'sub', 's'], 13, 1],
  [['t', 'sub', 'l', 0, 0, 'k'], 14, 9],
  [['t', 'sub', 'quoted key', 'x'], 16, 14],
  [['many', 0, 'n'], 18, 1],
  [['many', 1], 19, 1],
  [['many', 1, 'in', 'n'], 21, 1],
  [['many', 1, 'absent'], 19, 1],
];
for (const [path, line, column] of places) {
  test(`${path.join('.')} is found at ${line}:${column}`, () =>
    assert.equal(placesOf(text)(path), { line, column }));
}

test('the text of those places is TOML', () => {
  assert.equal(Object.keys(readToml(text, 'x.toml').value), ['a', 't', 'many']);
});

test('the place of a key is that of the nearest table that the text has', () => {
  const toml = readToml('a = 1\n[b]\nc = [1, { d = 2 }]\n[[e]]\nf = 1\n', 'x.toml');
  assert.equal(
    [['a'], ['b', 'c'], ['b', 'c', 1, 'd'], ['e', 0, 'f'], ['e', 0, 'missing'], ['nothing']].map(toml.where),
    ['x.toml:1:1', 'x.toml:3:1', 'x.toml:3:11', 'x.toml:5:1', 'x.toml:4:1', 'x.toml:1:1'],
  );
});

test('what is not TOML is refused at its line and column', async () => {
  const error = await refusal(async () => readToml('a = 1\na = 2', 'x.toml'));
  assert.match(error.explain(), /^x\.toml:2:1: this is not TOML/);
});

test('a key named as the prototype of all objects changes no other object', () => {
  const { value, where } = readToml('[board.__proto__]\npolluted = 1\n[__proto__]\npolluted = 1', 'x.toml');
  assert.is(({} as Record<string, unknown>).polluted, undefined);
  assert.ok(Object.hasOwn(value, '__proto__'));
  assert.is(where(['board', '__proto__', 'polluted']), 'x.toml:2:1');
});

run();
