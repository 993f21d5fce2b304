// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import {
  overallResults,
  type Report,
  type RuleResult,
  ruleResults,
} from '../../../harness/conform/report.js';
import { reportText } from '../../../harness/conform/report-text.js';
import { allRules, type Implementation, Ledger } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const visible = { kernel: true, memory: true, stage1: true };
const [first, second, third] = allRules;
if (!first || !second || !third) throw new Error('the model has fewer than three rules');
const kernelRule = allRules.find(({ needs }) => needs === 'kernel');

/** The results of a tier with these counts. */
function tier(held: number[], broken: number[] = [], seen = visible): RuleResult[] {
  const ledger = new Ledger();
  held.forEach((count, index) => {
    ledger.held[index] = count;
  });
  broken.forEach((count, index) => {
    ledger.broken[index] = count;
  });
  return ruleResults(ledger, [], seen);
}

const stateOf = (rules: readonly RuleResult[], id: string) => rules.find((rule) => rule.id === id)?.state;

test('over all tiers a rule is broken if one tier breaks it, and held if one exercises it', () => {
  const rules = overallResults([tier([5, 5, 0]), tier([3, 0, 0], [0, 2])], []);
  assert.is(stateOf(rules, first.id), 'held');
  assert.is(stateOf(rules, second.id), 'broken');
  assert.is(stateOf(rules, third.id), 'not exercised');
  assert.equal(
    rules.slice(0, 2).map(({ held, broken }) => [held, broken]),
    [
      [8, 0],
      [5, 2],
    ],
  );
});

test('a rule that no tier can show is not visible, one that a tier could show is not exercised', () => {
  const blind = { kernel: false, memory: false, stage1: false };
  const id = kernelRule?.id ?? '';
  assert.is(stateOf(overallResults([tier([], [], blind)], []), id), 'not visible');
  assert.is(stateOf(overallResults([tier([], [], blind), tier([])], []), id), 'not exercised');
});

test('an expected deviation is not a failure, and one that no longer shows is an unexpected pass', () => {
  const known = { reason: 'known', since: '0.1.0' };
  const expected = [
    { rule: first.id, ...known },
    { rule: second.id, ...known, always: true as const },
    { rule: third.id, ...known, always: true as const },
  ];
  const rules = overallResults([tier([1, 1, 0], [2, 0, 0])], expected);
  assert.is(stateOf(rules, first.id), 'deviates');
  assert.is(stateOf(rules, second.id), 'passes');
  assert.is(stateOf(rules, third.id), 'not exercised');
  assert.is(stateOf(overallResults([tier([1])], expected), first.id), 'held');
});

test('a replay shows only the rules that it exercises', () => {
  const rules = tier([1, 0, 0], [0, 1, 0]);
  const only = {
    tier: 'host',
    on: '',
    cases: 1,
    planned: 0,
    steps: 3,
    ms: 1,
    implementation: {} as Implementation,
    rules,
  };
  const report: Report = {
    outcome: 'fail',
    subject: 'ours',
    api: 'spec',
    seed: 1,
    ms: 1,
    started: '',
    repeat: '',
    tiers: [only],
    bare: [],
    rules,
    findings: [],
    questions: [],
  };
  const shown = (text: string) =>
    allRules.filter(({ id }) => new RegExp(`\\s${id}\\s`).test(text)).map(({ id }) => id);
  assert.equal(shown(reportText(report, true)), [first.id, second.id]);
  assert.ok(shown(reportText(report)).length > 2);
});

run();
