// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../harness/base/paths.js';
import { allRules, sentences } from '../../../harness/model/index.js';
import { defineRules, inOrder } from '../../../harness/model/rule.js';
import { rulesOf, rulesPage } from '../../../harness/model/rules-page.js';
import { run, test } from '../../support/test.js';

test('every sentence of the API text is covered by a rule', () => {
  const names = Object.keys(sentences) as (keyof typeof sentences)[];
  assert.deepEqual(
    names.filter((name) => rulesOf(name).length === 0),
    [],
  );
});

test('every rule has a claim and a source', () => {
  for (const { id, says, from } of allRules) {
    assert.match(says, /^[A-Za-z].*\.$/, id);
    assert.ok(from.length > 0, id);
  }
});

test('docs/rules.md matches the rules', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'rules.md'), 'utf8');
  assert.equal(page, rulesPage(), 'run: npm run rules');
});

test('a rule that is defined twice is refused', () => {
  const definition = { says: 'It holds.', from: [] };
  const topic = defineRules('gicd', { ctlr: definition });
  const again = defineRules('gicd', { ctlr: definition });
  assert.throws(() => inOrder([topic, again]), /gicd.ctlr is defined twice/);
});

test('every topic that a file defines is among all rules, which are numbered in order', () => {
  const folder = join(packageRoot, 'harness', 'model');
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const defined = [...text.join('').matchAll(/= defineRules\(\s*'(\w+)'/g)].map(([, topic]) => topic);
  const listed = new Set(allRules.map(({ id }) => id.slice(0, id.indexOf('.'))));
  assert.deepEqual([...listed].sort(), defined.sort());
  for (const [index, rule] of allRules.entries()) assert.equal(rule.index, index, rule.id);
});

run();
