// SPDX-License-Identifier: BSD-2-Clause
/** The whole of `vmm-harness run`: generated, built, booted in QEMU, checked. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { builtInNames } from '../../harness/run/checks/built-in.js';
import type { Result } from '../../harness/verdict/verdict.js';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const limit = 170_000;

/** Runs with --json and returns the exit code and the verdict. */
async function verdictOf(words: readonly string[], sdk: readonly string[] = ['--sdk', 'minikit']) {
  return inFolder({}, async (folder) => {
    const runs = join(folder, 'runs');
    const { code, out, err } = await harness(['run', ...words, ...sdk, '--runs', runs, '--json']);
    if (out === '') throw new Error(err);
    const verdict = JSON.parse(out);
    const kept = ['verdict.json', 'junit.xml', 'console.log', 'console.timed.log', 'linux.system'];
    for (const name of kept) assert.ok(existsSync(join(runs, 'latest', name)), name);
    return { code, verdict, log: readFileSync(join(runs, 'latest', 'console.log'), 'latin1') };
  });
}

function assertPassed({
  code,
  verdict,
}: {
  code: number;
  verdict: { results: Result[]; outcome: string };
}): void {
  const failed = verdict.results
    .filter(({ outcome }) => outcome === 'fail')
    .map(({ name, got }) => `${name}: ${got}`);
  assert.equal(failed, []);
  assert.is(verdict.results.length, builtInNames.length + 1);
  assert.equal([code, verdict.outcome], [0, 'pass']);
}

test(
  'a Linux guest passes every check on minikit',
  async () => {
    const done = await verdictOf([]);
    assertPassed(done);
    assert.is(done.verdict.sdk.name, 'minikit');
    assert.match(done.verdict.image.sha256, /^[0-9a-f]{64}$/);
    assert.match(done.log, /vmm\|INFO: starting guest "linux"/);
  },
  { limit },
);

test(
  'a guest with two CPUs passes every check in the release configuration, in which the VMM is silent',
  async () => {
    const done = await verdictOf(['--vcpus', '2', '--config', 'release']);
    assertPassed(done);
    assert.not.match(done.log, /vmm\|/);
  },
  { limit },
);

test(
  'a guest kernel that panics fails the run at once, with its message and the list of checks that did not run',
  () =>
    // Empty gzip data unpacks to a file system without an init.
    inFolder({}, async (folder) => {
      const initrd = join(folder, 'empty.gz');
      writeFileSync(initrd, gzipSync(Buffer.alloc(512)));
      const { code, verdict } = await verdictOf(['--initrd', initrd]);
      assert.equal([code, verdict.outcome], [1, 'fail']);
      assert.match(verdict.error.message, /guest: the guest kernel panicked/);
      assert.match(verdict.error.got, /Kernel panic - not syncing/);
      const outcomes = new Set(verdict.results.slice(1).map((one: Result) => one.outcome));
      assert.equal([...outcomes], ['not run']);
    }),
  { limit },
);

const { MICROKIT_SDK } = process.env;
test(
  'a Linux guest passes every check on seL4',
  async () => {
    const done = await verdictOf(['--vcpus', '2'], ['--sdk', MICROKIT_SDK ?? '']);
    assertPassed(done);
    assert.match(done.verdict.sdk.name, /^microkit-/);
  },
  { limit, skip: MICROKIT_SDK ? undefined : 'no Microkit SDK here (MICROKIT_SDK)' },
);

run();
