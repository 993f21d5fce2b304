// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { dialects, rulesToPassOver } from '../../../harness/subject/dialects.js';
import { run, test } from '../../support/test.js';

test('each dialect has its adapter', () => {
  for (const name of dialects.keys())
    assert.ok(existsSync(join(packageRoot, 'sel4-vmm-c', 'conform', 'adapters', `subject_${name}.c`)), name);
});

test('lists of deviations name rules that exist, each once, and give a reason', () => {
  for (const dialect of dialects.values()) {
    const rules = dialect.deviations.map(({ rule }) => rule);
    assert.is(new Set(rules).size, rules.length, dialect.name);
    for (const { rule, reason } of dialect.deviations) assert.ok(reason.length > 10, rule);
    assert.not.throws(() => rulesToPassOver(dialect));
  }
});

test('a list with a rule that does not exist is an error', () => {
  const deviations = [{ rule: 'guest.flies', reason: '', since: '' }];
  assert.throws(() => rulesToPassOver({ name: 'x', library: '', deviations, gics: [2] }), /guest\.flies/);
});

run();
