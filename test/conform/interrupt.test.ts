// SPDX-License-Identifier: BSD-2-Clause
/** A run that is interrupted by a signal says so in every report, and keeps its findings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { noProgress, type ProgressEvent } from '../../harness/base/progress.js';
import { fuzz } from '../../harness/conform/fuzz.js';
import { plansOf } from '../../harness/conform/plans.js';
import { reportText } from '../../harness/conform/report-text.js';
import { conform } from '../../harness/conform/run.js';
import { writeRun } from '../../harness/conform/write-run.js';
import { mutantsVerdict } from '../../harness/dev/mutants/report-text.js';
import { allMutants, runMutants } from '../../harness/dev/mutants/run.js';
import { dialectOf } from '../../harness/subject/dialects.js';
import { inFolder } from '../support/folder.js';
import { processes, until } from '../support/processes.js';
import { run, test } from '../support/test.js';

const limit = 120_000;
const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');

/** A run on the host tier that is interrupted after `at` cases. */
async function conformOnHost(folder: string, cases: number, at: number) {
  const abort = new AbortController();
  const { signal } = abort;
  const sdk = () => Promise.reject(new Error('no SDK is needed'));
  const asked = { board: board as NonNullable<typeof board>, sdk, config: 'release', subject: undefined };
  const plans = await plansOf('host', { ...asked, cases, progress: noProgress, signal });
  const request = {
    plans,
    bare: [],
    subject: 'libvmm',
    dialect: dialectOf('spec'),
    seed: 1,
    kept: [],
    signal,
    runsRoot: folder,
    self: 'vmm-harness conform',
    repeat: 'vmm-harness conform --seed 1',
    progress: (event: ProgressEvent) => {
      if (event.kind === 'part' && event.done >= at) abort.abort();
    },
  };
  return writeRun(request, await conform(request));
}

test(
  'an interrupted conformance run is "interrupted" in the report, the JUnit and the text, with what it had done',
  () =>
    inFolder({}, async (runs) => {
      const { report, folder } = await conformOnHost(runs, 100_000, 200);
      assert.is(report.outcome, 'interrupted');
      assert.is(report.tiers[0]?.planned, 100_000);
      assert.ok((report.tiers[0]?.cases ?? 0) >= 200);
      assert.ok(report.rules.some(({ state }) => state === 'held'));
      assert.is(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')).outcome, 'interrupted');
      const junit = readFileSync(join(folder, 'junit.xml'), 'utf8');
      assert.match(junit, /<testsuites [^>]*errors="1"/);
      assert.match(junit, /<error message="interrupted"/);
      assert.match(reportText(report), /^INTERRUPTED, no verdict, after \d+ of 100000 cases on host: /m);
      assert.not.match(reportText(report), /PASS/);
    }),
  { limit },
);

test(
  'a run that was too short for some rules says so beside PASS',
  () =>
    inFolder({}, async (runs) => {
      const { report } = await conformOnHost(runs, 2, Number.POSITIVE_INFINITY);
      assert.is(report.outcome, 'pass');
      assert.match(reportText(report), /^PASS as far as it went, \d+ of \d+ rules were not exercised: /m);
    }),
  { limit },
);

test(
  'an interrupted fuzzer counts what it ran and gives no verdict',
  () =>
    inFolder({}, async (folder) => {
      const interrupt = new AbortController();
      const fuzzing = fuzz({ seconds: 100 }, folder, interrupt.signal);
      await until(() => processes(`-artifact_prefix=${folder}/`).length > 0);
      interrupt.abort();
      const result = await fuzzing;
      assert.is(result.outcome, 'interrupted');
    }),
  { limit },
);

test(
  'an interrupted run of mutants keeps its results, and does not count untested mutants as survivors',
  async () => {
    const abort = new AbortController();
    const mutants = allMutants.filter(({ name }) =>
      ['ack-twice', 'already-on', 'no-write-back'].includes(name),
    );
    const each = () => abort.abort();
    const results = await runMutants(mutants, { seed: 1, cases: 5000, signal: abort.signal, each });
    assert.is(results.length, 1);
    const { text, exitCode } = mutantsVerdict(results, mutants.length, true);
    assert.match(text, /^INTERRUPTED, no verdict, after 1 of 3 mutants: 1 killed, 0 alive/);
    assert.is(exitCode, 130);
  },
  { limit },
);

run();
