// SPDX-License-Identifier: BSD-2-Clause
/** The report of a conformance run with made-up findings. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../../harness/base/progress.js';
import type { SecondView } from '../../../harness/conform/finding.js';
import type { ConformRequest } from '../../../harness/conform/run.js';
import type { TierRun } from '../../../harness/conform/tier-run.js';
import { writeRun } from '../../../harness/conform/write-run.js';
import { allRules, defaultConfig, Ledger } from '../../../harness/model/index.js';
import { dialectOf } from '../../../harness/subject/dialects.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const [rule] = allRules;
if (rule === undefined) throw new Error('there is no rule');

/** A tier's run with a finding, and whether the rule is also broken on the other tiers. */
function runOn(name: string, others: Partial<SecondView>[]): TierRun {
  const tier = { name, on: '', seesMemory: true, deathsToCount: 1 };
  const engine = { tier, config: defaultConfig, ledger: new Ledger(), cases: 1, steps: 1 };
  const finding = {
    engine,
    rule,
    origin: 'a test',
    after: 1,
    found: { vcpus: 1, page: false, steps: [{ op: 'init', cpu: 0 }] },
    failure: { broken: { rule, step: 0, expected: 'true', got: 'false' }, seen: [] },
    witnesses: others.map((view) => ({ who: 'qemu', said: '', ...view })),
  };
  return { tier, engine, findings: [finding], planned: 1, ms: 1 } as unknown as TierRun;
}

/** The report of a finding of `tier`. */
const reported = (tier: string, others: Partial<SecondView>[], signal?: AbortSignal) =>
  inFolder({}, async (folder) => {
    const tierRun = runOn(tier, others);
    const request = {
      plans: [],
      bare: [],
      subject: 'libvmm',
      dialect: dialectOf('spec'),
      seed: 1,
      kept: [],
      runsRoot: folder,
      self: 'vmm-harness conform',
      repeat: 'again',
      progress: noProgress,
      signal: signal ?? new AbortController().signal,
    } as ConformRequest;
    const { findings } = tierRun;
    const done = { started: new Date(0), ms: 1, runs: [tierRun], findings, bare: [] };
    const { report, folder: left } = await writeRun(request, done);
    assert.ok(existsSync(join(left, report.findings[0]?.file ?? '')));
    return { report, junit: readFileSync(join(left, 'junit.xml'), 'utf8') };
  });

test('a finding of the host tier is confirmed only by a target that shows it too', async () => {
  const confirmed = async (tier: string, ...broken: (boolean | undefined)[]) =>
    (
      await reported(
        tier,
        broken.map((isBroken) => (isBroken === undefined ? {} : { broken: isBroken })),
      )
    ).report.findings[0]?.confirmed;
  assert.is(await confirmed('host', true), true);
  assert.is(await confirmed('host', false), false);
  assert.is(await confirmed('host-gicv3', false, true), true);
  assert.is(await confirmed('host', undefined), undefined);
  assert.is(await confirmed('host'), undefined);
  assert.is(await confirmed('qemu', true), undefined);
  assert.is(await confirmed('qemu', false), undefined);
});

test('a broken rule is a failure whose message has the expectation', async () => {
  const { report, junit } = await reported('host', []);
  assert.is(report.outcome, 'fail');
  assert.match(junit, /<failure message="expected true, got false">/);
});

test('an interrupted run keeps its finding and gives no verdict', async () => {
  const { report, junit } = await reported('host', [], AbortSignal.abort());
  assert.is(report.outcome, 'interrupted');
  assert.is(report.findings.length, 1);
  assert.match(junit, /errors="1"/);
});

test('a rule that the bare machine breaks in the same case is reported, and does not count', async () => {
  const { report, junit } = await reported('qemu', [{ excuses: true }]);
  assert.is(report.outcome, 'pass');
  assert.is(report.findings[0]?.bareToo, true);
  assert.is(report.rules[0]?.state, 'bare too');
  assert.match(junit, /<skipped message="bare too">[^<]*repeat: vmm-harness conform/);
  assert.is((await reported('qemu', [{ excuses: false }])).report.outcome, 'fail');
});

test('JUnit has the trace of every cause and the line that repeats it', async () => {
  const { junit } = await reported('host', []);
  assert.match(
    junit,
    /<failure [^>]*>[^<]*virq_controller_init\(0\)[^<]*repeat: vmm-harness conform --tier host/,
  );
});

run();
