// SPDX-License-Identifier: BSD-2-Clause
/** The search on a fake target: findings of an interrupted search. */
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import type { Case } from '../../../harness/conform/case.js';
import type { Engine, Failure } from '../../../harness/conform/engine.js';
import { search } from '../../../harness/conform/search.js';
import { allRules, defaultConfig, Ledger } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const [rule] = allRules;
if (rule === undefined) throw new Error('there is no rule');
/** A death: its cause does not depend on the step. */
const failure: Failure = { broken: { rule, step: 0, expected: 'x', got: 'y' }, seen: [], output: '' };

/** An engine whose batches have the results in `answers`, in order, with a signal that `abort` aborts. */
function engineThat(...answers: ((cases: readonly Case[], abort: () => void) => boolean)[]) {
  const abort = new AbortController();
  const run = async (cases: readonly Case[]) => {
    const breaks = (answers.shift() ?? (() => true))(cases, () => abort.abort());
    return cases.map(() => ({ seen: [], judged: 1, failures: breaks ? [failure] : [] }));
  };
  const made = { run, steps: 0, config: defaultConfig, ledger: new Ledger() };
  return { engine: made as unknown as Engine, signal: abort.signal };
}

const stopped = (): boolean => {
  throw new HarnessError('harness', 'the link was closed');
};

test('a finding is kept when the search is interrupted while it shrinks', async () => {
  const { engine, signal } = engineThat(
    () => true,
    (_, abort) => {
      abort();
      return stopped();
    },
  );
  const findings = await search(engine, { seed: 1, cases: 1000, signal });
  assert.equal(
    findings.map((finding) => finding.rule.id),
    [rule.id],
  );
});

test('a finding is kept when a later batch is interrupted, and no further batch is run', async () => {
  let batches = 0;
  const { engine, signal } = engineThat(
    () => true,
    ...Array.from({ length: 2000 }, () => (cases: readonly Case[], abort: () => void) => {
      if (cases.length === 1) return true;
      batches += 1;
      abort();
      return stopped();
    }),
  );
  const findings = await search(engine, { seed: 1, cases: 1000, signal });
  assert.is(findings.length, 1);
  assert.is(batches, 1);
});

test('an error without a signal ends the search', async () => {
  const { engine } = engineThat(stopped);
  await search(engine, { seed: 1, cases: 10 }).then(
    () => assert.unreachable(),
    ({ message }) => assert.is(message, 'the link was closed'),
  );
});

test('a search for the first broken rule runs no further batch', async () => {
  let batches = 0;
  const counted = (cases: readonly Case[]) => {
    if (cases.length > 1) batches += 1;
    return true;
  };
  const { engine } = engineThat(...Array.from({ length: 5000 }, () => counted));
  await search(engine, { seed: 1, cases: 1000, first: true });
  assert.is(batches, 1);
});

/** An engine that does one case at a time, as a target does, and takes a turn of the event loop for each. */
function slowEngine(failuresOf: (cases: readonly Case[]) => Failure[]) {
  let running = 0;
  let most = 0;
  const run = async (cases: readonly Case[]) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    return cases.map(() => ({ seen: [], judged: 1, failures: failuresOf(cases) }));
  };
  const made = { run, steps: 0, config: defaultConfig, ledger: new Ledger() };
  return { engine: made as unknown as Engine, most: () => most, running: () => running };
}

test('when the time for shrinking is up, no try is left running', async () => {
  const { engine, most, running } = slowEngine(() => [failure]);
  const findings = await search(engine, { seed: 1, cases: 200, shrinkLimit: 5 });
  assert.is(running(), 0);
  assert.is(most(), 1);
  assert.is(findings.length, 1);
});

test('a case that breaks two rules is a finding for each, and one rule may have several causes', async () => {
  const [, second] = allRules;
  if (second === undefined) throw new Error('there is one rule alone');
  const broken = { rule: second, step: 0, expected: 'x', got: 'INTID 5' };
  const elsewhere = { ...broken, got: 'nothing' };
  const { engine } = slowEngine(() => [
    failure,
    ...[broken, { ...broken, got: 'INTID 6' }, elsewhere].map((one) => ({ broken: one, seen: [] })),
  ]);
  const findings = await search(engine, { seed: 1, cases: 1, shrinkLimit: 0 });
  assert.equal(
    findings.map((finding) => [finding.rule.id, finding.failure.broken.got]),
    [
      [rule.id, 'y'],
      [second.id, 'INTID 5'],
      [second.id, 'nothing'],
    ],
  );
});

run();
