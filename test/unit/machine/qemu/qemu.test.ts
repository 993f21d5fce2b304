// SPDX-License-Identifier: BSD-2-Clause
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../../harness/base/paths.js';
import type { Machine } from '../../../../harness/machine/machine.js';
import { isTooOld, loaders, qemuArguments } from '../../../../harness/machine/qemu/arguments.js';
import { qemuTarget } from '../../../../harness/machine/qemu/qemu.js';
import { qemuBoard } from '../../../support/fake-guest.js';
import type { Behaviour } from '../../../support/fake-qemu.js';
import { inFolder } from '../../../support/folder.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

const fakeQemu = join(packageRoot, 'dist', 'test', 'support', 'fake-qemu.js');
const script = (behaviour: Behaviour) =>
  `#!/bin/sh\nexec ${process.execPath} ${fakeQemu} '${behaviour}' "$@"\n`;
const soon = { what: 'the first line', limit: 10_000 };

/** Starts a fake QEMU and passes its machine to `body`; it is switched off afterwards. */
const withQemu = (behaviour: Behaviour, body: (machine: Machine) => Promise<void>) =>
  inFolder({ 'qemu!': script(behaviour) }, async (folder) => {
    const machine = await qemuTarget(qemuBoard, join(folder, 'qemu')).start('x.img', { folder });
    try {
      await body(machine);
    } finally {
      await machine.powerOff();
    }
  });

const startError = (behaviour: Behaviour) =>
  inFolder({ 'qemu!': script(behaviour) }, (folder) =>
    refusal(qemuTarget(qemuBoard, join(folder, 'qemu')).start('x.img', { folder })),
  );

const alive = (pid: number) => existsSync(`/proc/${pid}`);
async function gone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a machine runs, its console works in both directions, and power off leaves no process', () =>
  withQemu('good', async (machine) => {
    await machine.console.expect('first line\n', soon);
    await machine.console.send('hello\n');
    await machine.console.expect('hello\n', soon);
    assert.is(machine.facts.QEMU, '7.2.22');
    assert.is(await machine.diagnose(), undefined);
    const pid = Number(machine.facts['process id']);
    assert.ok(alive(pid));
    await machine.powerOff();
    assert.not(alive(pid));
    assert.is((await refusal(machine.console.expect('x', soon))).message, 'the machine was switched off');
  }));

test('an old QEMU is refused with the required version', async () => {
  const error = await startError('old');
  assert.is(error.exitCode, 3);
  assert.match(error.explain(), /this QEMU is too old\n {2}expected: 7\.2\.0 or later\n {2}got: {6}5\.2\.0/);
});

test('a missing QEMU is an error that says how to install it', () =>
  inFolder({}, async (folder) => {
    const error = await refusal(qemuTarget(qemuBoard, join(folder, 'none')).start('x.img', { folder }));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /none cannot be started[\s\S]*setup demo/);
  }));

test('a QEMU that does not start is reported with its own message', async () => {
  const error = await startError('dies at once');
  assert.is(error.exitCode, 3);
  assert.match(error.detail.got ?? '', /exit code 1: .*Cannot load specified image/);
});

test('a QEMU that dies ends the current wait with the signal', () =>
  withQemu('dies later', async (machine) => {
    const error = await refusal(machine.console.expect('never', { what: 'a prompt', limit: 10_000 }));
    assert.is(error.message, 'QEMU died');
    assert.is(error.detail.got, 'ended by SIGSEGV');
  }));

test('a machine that resets itself is the fault of its image', () =>
  withQemu('resets', async (machine) => {
    const error = await refusal(machine.console.expect('never', { what: 'a prompt', limit: 10_000 }));
    assert.is(error.exitCode, 1);
    assert.match(error.message, /was reset/);
  }));

test('a QEMU that no longer answers is found to hang', () =>
  withQemu('hangs', async (machine) => {
    const error = await machine.diagnose();
    assert.equal([error?.exitCode, error?.message], [3, 'QEMU hangs']);
  }));

test('a QEMU that does not quit is killed', () =>
  withQemu('never quits', async (machine) => {
    const pid = Number(machine.facts['process id']);
    await machine.powerOff();
    assert.not(alive(pid));
  }));

test('a reset starts over: a new process, a console without input, and one log for both', () =>
  withQemu('good', async (machine) => {
    await machine.console.expect('first line\n', soon);
    const { console: before, facts } = machine;
    const pid = Number(facts['process id']);
    const wait = refusal(before.expect('never', soon));
    await machine.reset();
    assert.is((await wait).message, 'the machine was switched off');
    assert.not(alive(pid));
    assert.ok(alive(Number(machine.facts['process id'])));
    assert.is.not(machine.stream, before.stream);
    const again = await machine.console.expect('first line\n', soon);
    assert.is(again.before, '');
    const { where = '' } = machine.console.position();
    assert.match(where, /console\.log:3$/);
    assert.is(readFileSync(where.replace(/:3$/, ''), 'utf8'), 'first line\nfirst line\n');
  }));

test('aborting the run switches the machine off', () =>
  inFolder({ 'qemu!': script('good') }, async (folder) => {
    const abort = new AbortController();
    const target = qemuTarget(qemuBoard, join(folder, 'qemu'));
    const machine = await target.start('x.img', { folder, signal: abort.signal });
    const wait = refusal(machine.console.expect('never', { what: 'a prompt', limit: 10_000 }));
    abort.abort();
    assert.is((await wait).message, 'the machine was switched off');
    await gone(Number(machine.facts['process id']));
  }));

test('a missing log folder is a disk error, and no QEMU is started', async () => {
  const error = await refusal(qemuTarget(qemuBoard).start('x.img', { folder: '/no/such/folder' }));
  assert.equal([error.exitCode, error.detail.where], [3, '/no/such/folder/console.log']);
});

test('a harness that is killed leaves no QEMU', () =>
  inFolder({ 'qemu!': script('good') }, async (folder) => {
    const program = `
      import { qemuTarget } from '${packageRoot}/dist/harness/machine/qemu/qemu.js';
      import { boards } from '${packageRoot}/dist/boards/index.js';
      const board = boards.get('${qemuBoard.name}');
      const machine = await qemuTarget(board, '${folder}/qemu').start('x.img', { folder: '${folder}' });
      console.log(machine.facts['process id']);
      setInterval(() => {}, 1000);`;
    const harness = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      harness.stdout.once('data', (text) => resolve(Number(text))),
    );
    assert.ok(alive(pid));
    harness.kill('SIGKILL');
    await gone(pid);
  }));

test("the command line has the board's machine, a paused start and the image at its load address", () => {
  const line = qemuArguments(qemuBoard, loaders(qemuBoard, '/a,b.img')).join(' ');
  assert.match(line, /-machine virt,virtualization=on,gic-version=2 -cpu cortex-a53 -m 2048/);
  assert.match(line, / -S /);
  assert.match(line, /loader,file=\/a,,b\.img,addr=0x70000000,cpu-num=0/);
});

test('7.2 and later are accepted, 7.1 and earlier are not', () => {
  const versions = [
    [7, 2, 0],
    [10, 0, 2],
    [7, 1, 9],
    [6, 9, 0],
  ] as const;
  assert.equal(
    versions.map((one) => isTooOld(one)),
    [false, false, true, true],
  );
});

run();
