// SPDX-License-Identifier: BSD-2-Clause
/** The search on a target that is made up: what becomes of findings when it is interrupted. */
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import type { Case } from '../../../harness/conform/case.js';
import type { Engine } from '../../../harness/conform/engine.js';
import { search } from '../../../harness/conform/search.js';
import { allRules, defaultConfig, Ledger } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const [rule] = allRules;
if (rule === undefined) throw new Error('there is no rule');
const failure = { broken: { rule, step: 0, expected: 'x', got: 'y' }, seen: [] };

/** An engine whose batches give what `answers` says, one after the other; it has a signal that `abort` aborts. */
function engineThat(...answers: ((cases: readonly Case[], abort: () => void) => boolean)[]) {
  const abort = new AbortController();
  const run = async (cases: readonly Case[]) => {
    const breaks = (answers.shift() ?? (() => true))(cases, () => abort.abort());
    return cases.map(() => (breaks ? { seen: [], judged: 1, failure } : { seen: [], judged: 1 }));
  };
  const made = { run, steps: 0, config: defaultConfig, ledger: new Ledger() };
  return { engine: made as unknown as Engine, signal: abort.signal };
}

const stopped = (): boolean => {
  throw new HarnessError('harness', 'the link was closed');
};

test('a finding is kept when the search is interrupted while its case is made shorter', async () => {
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

run();
