// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { ownLibrary } from '../../../harness/conform/host-tier.js';
import { sampleOf } from '../../../harness/dev/mutants/all.js';
import { equivalents, whyEquivalent } from '../../../harness/dev/mutants/equivalent.js';
import {
  generateMutants,
  mutantName,
  mutantsOf,
  mutated,
  parserOfC,
} from '../../../harness/dev/mutants/generate.js';
import { scoreText } from '../../../harness/dev/mutants/score.js';
import type { GeneratedResult, Outcome } from '../../../harness/dev/mutants/sweep.js';
import { run, test } from '../../support/test.js';

const parser = await parserOfC();
const namesOf = (source: string) => mutantsOf(parser, 'a.c', source).map(mutantName);

test('each operator makes its mutants, at the line that they replace', () => {
  const source = [
    'bool f(int a, int b) {',
    '    if (a < 3) {',
    '        g(a, b);',
    '    }',
    '    x[a] = b & 7;',
    '    return !b;',
    '}',
  ].join('\n');
  assert.deepEqual(namesOf(source), [
    'a.c:1: early return: nothing becomes  return true;',
    'a.c:1: early return: nothing becomes  return false;',
    'a.c:2: negated condition: (a < 3) becomes (!((a < 3)))',
    'a.c:2: comparison: < becomes <=',
    'a.c:2: comparison: < becomes >=',
    'a.c:2: constant: 3 becomes 4',
    'a.c:2: constant: 3 becomes 2',
    'a.c:3: dropped statement: g(a, b); becomes ;',
    'a.c:3: swapped arguments: a, b becomes b, a',
    'a.c:5: dropped statement: x[a] = b & 7; becomes ;',
    'a.c:5: wrong index: a becomes (a) + 1',
    'a.c:5: dropped mask: b & 7 becomes b',
    'a.c:5: constant: 7 becomes 8',
    'a.c:5: constant: 7 becomes 6',
    'a.c:6: dropped operator: !b becomes b',
  ]);
  const [, , , boundary] = mutantsOf(parser, 'a.c', source);
  assert.ok(boundary && mutated(source, boundary).includes('if (a <= 3) {'));
});

test('macros, comments and static assertions are not mutated', () => {
  assert.deepEqual(namesOf('#define A 1\n/* 2 */\n_Static_assert(1 < 2, "x");\nenum e { B = 3 };\n'), []);
});

test('every reason for equivalence has a mutant, and names no file that does not exist', async () => {
  const all = await generateMutants(ownLibrary);
  for (const listed of equivalents) {
    const found = all.filter((mutant) => whyEquivalent(mutant, [listed]) !== undefined);
    assert.ok(found.length > 0, `${listed.file} ${listed.after}`);
  }
});

test('a mutant that is listed as equivalent and killed is told', () => {
  const [mutant] = mutantsOf(
    parser,
    'fault/a.c',
    'void f(void) { kernel_read_context(vcpu_id, CONTEXT_SPSR + 1, word); }',
  );
  assert.ok(mutant);
  const listed = { ...mutant, after: 'kernel_read_context(vcpu_id, CONTEXT_SPSR + 2, word);' };
  const text = (outcome: Outcome) => scoreText([{ mutant: listed, outcome, ms: 1 }]);
  assert.match(text('killed'), /these are listed as equivalent, but are not/);
  assert.doesNotMatch(text('equivalent'), /these/);
});

test('the same seed gives the same sample, another seed another', () => {
  assert.deepEqual(sampleOf(1000, 20, 7), sampleOf(1000, 20, 7));
  assert.notDeepEqual(sampleOf(1000, 20, 7), sampleOf(1000, 20, 8));
  assert.equal(new Set(sampleOf(1000, 20, 7)).size, 20);
  assert.deepEqual(sampleOf(3, 20, 7), [0, 1, 2]);
});

test('the score counts mutants that compile to other code, and lists the survivors', () => {
  const [mutant] = mutantsOf(parser, 'gic/a.c', 'void f(void) { g(); }');
  assert.ok(mutant);
  const result = (outcome: Outcome): GeneratedResult => ({ mutant, outcome, ms: 1 });
  const text = scoreText((['killed', 'killed', 'killed', 'lives', 'same', 'refused'] as const).map(result));
  assert.match(text, /these live:\n {2}gic\/a\.c:1: early return/);
  assert.match(text, /gic\/a\.c +75\.0 % +3 +1 +2/);
});

run();
