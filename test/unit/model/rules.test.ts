// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../harness/base/paths.js';
import { allRules, sentences } from '../../../harness/model/index.js';
import { defineRules } from '../../../harness/model/rule.js';
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
  const before = allRules.length;
  assert.throws(() => defineRules('gicd', { ctlr: definition }), /gicd.ctlr is defined twice/);
  assert.equal(allRules.length, before);
});

run();
