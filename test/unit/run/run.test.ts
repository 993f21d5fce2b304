// SPDX-License-Identifier: BSD-2-Clause
/** What a run without a verdict leaves behind, on invented targets. */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { HarnessError } from '../../../harness/base/error.js';
import { noProgress } from '../../../harness/base/progress.js';
import type { Machine, Target } from '../../../harness/machine/machine.js';
import { type RunRequest, runOn } from '../../../harness/run/run.js';
import type { Built } from '../../../harness/subject/demo/build.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const built = ['image', 'system', 'header', 'vmm', 'kernel', 'initrd', 'dtb'];
const files = Object.fromEntries(built.map((name) => [name, name]));

/** A run in `folder` on a target that starts with `start`. */
function request(folder: string, start: Target['start'], signal: AbortSignal): RunRequest {
  const file = (name: string) => join(folder, name);
  const guest = { kernel: file('kernel'), initrd: file('initrd'), dtb: file('dtb') };
  const made = { image: file('image'), system: file('system'), header: file('header'), vmm: file('vmm') };
  const sdk = { name: 'minikit', version: '2.0.1', dir: folder };
  return {
    build: { board, sdk, config: 'debug', vcpus: 1 } as unknown as RunRequest['build'],
    built: { ...made, guest } as unknown as Built,
    target: { name: 'made up', start },
    plan: {
      phases: [{ name: 'VMM', until: 'x', what: 'x', limit: 1000, silence: 1000 }],
      prompt: 'guest# ',
      prepare: undefined,
      guests: [],
      checks: [{ name: 'a check', run: async () => ({ passed: true, expected: '', got: '' }) }],
    },
    runsRoot: join(folder, 'runs'),
    repeat: 'vmm-harness run',
    progress: noProgress,
    signal,
  };
}

const left = (folder: string) => {
  const latest = join(folder, 'runs', 'latest');
  return {
    verdict: JSON.parse(readFileSync(join(latest, 'verdict.json'), 'utf8')),
    junit: readFileSync(join(latest, 'junit.xml'), 'utf8'),
  };
};

/** A machine whose console ends when the run is interrupted, as QEMU's does. */
function interruptedMachine(abort: AbortController): Machine {
  const console = {
    position: () => ({}),
    expect: async () => {
      abort.abort();
      throw new HarnessError('infrastructure', 'the machine was switched off');
    },
  };
  const made = { console, facts: {}, powerOff: async () => {}, diagnose: async () => undefined };
  return made as unknown as Machine;
}

test('an interrupted run is recorded as interrupted, neither pass nor fail', () =>
  inFolder(files, async (folder) => {
    const abort = new AbortController();
    const start = async () => interruptedMachine(abort);
    const error = await refusal(runOn(request(folder, start, abort.signal)));
    assert.is(error.message, 'interrupted');
    const { verdict, junit } = left(folder);
    assert.is(verdict.outcome, 'interrupted');
    assert.equal(
      verdict.results.map(({ outcome }: { outcome: string }) => outcome),
      ['not run', 'not run'],
    );
    assert.is(verdict.error, undefined);
    assert.match(junit, /failures="0" skipped="2" errors="1"/);
  }));

test('a boot that fails keeps the phases that it had gone through', () =>
  inFolder(files, async (folder) => {
    const expect = async (until: string) => {
      if (until === 'never') throw new HarnessError('product', 'never did not appear');
      return { line: until };
    };
    const console = { position: () => ({}), expect };
    const machine = { console, facts: {}, powerOff: async () => {}, diagnose: async () => undefined };
    const start = async () => machine as unknown as Machine;
    const asked = request(folder, start, new AbortController().signal);
    const [first] = asked.plan.phases;
    if (first === undefined) throw new Error('a phase');
    const phases = [first, { ...first, name: 'kernel', until: 'never' }];
    await runOn({ ...asked, plan: { ...asked.plan, phases } });
    const [boot] = left(folder).verdict.results;
    assert.is(boot.outcome, 'fail');
    assert.equal(
      boot.phases.map(({ name }: { name: string }) => name),
      ['VMM'],
    );
  }));

test('a target that is unavailable leaves a verdict that blames nobody, and a JUnit file to match', () =>
  inFolder(files, async (folder) => {
    const missing = new HarnessError('infrastructure', 'QEMU is missing', { wayOut: 'install it' });
    const start = () => Promise.reject(missing);
    const error = await refusal(runOn(request(folder, start, new AbortController().signal)));
    assert.is(error, missing);
    const { verdict, junit } = left(folder);
    assert.is(verdict.outcome, 'error');
    assert.equal(verdict.error, {
      fault: 'infrastructure',
      message: 'QEMU is missing',
      wayOut: 'install it',
    });
    assert.match(junit, /<error message="QEMU is missing">/);
  }));

test('a bug of the harness leaves no verdict', () =>
  inFolder(files, async (folder) => {
    const start = () => Promise.reject(new TypeError('oops'));
    await runOn(request(folder, start, new AbortController().signal)).then(
      () => assert.unreachable(),
      (error) => assert.instance(error, TypeError),
    );
    assert.not.ok(existsSync(join(folder, 'runs', 'latest', 'verdict.json')));
  }));

test('when the disk is full as well, the reported error is the one that ended the run', () =>
  inFolder(files, async (folder) => {
    const own = join(folder, 'own');
    mkdirSync(own);
    symlinkSync('/dev/full', join(own, '.verdict.json.partial'));
    const missing = new HarnessError('infrastructure', 'QEMU is missing');
    const asked = request(folder, () => Promise.reject(missing), new AbortController().signal);
    assert.is(await refusal(runOn({ ...asked, folder: own })), missing);
    assert.not.ok(existsSync(join(own, 'junit.xml')));
  }));

run();
