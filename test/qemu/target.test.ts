// SPDX-License-Identifier: BSD-2-Clause
/** QEMU as a target, with a bare-metal program that obeys characters (fixtures/console.S). */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Machine } from '../../harness/machine/machine.js';
import { qemuTarget } from '../../harness/machine/qemu/qemu.js';
import { bareImage } from '../support/bare-image.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { cli } from '../support/harness.js';
import { processes } from '../support/processes.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';

const soon = { what: 'the answer', limit: 60_000 };
const limit = 90_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const withMachine = (body: (machine: Machine, folder: string, pid: number) => Promise<void>) =>
  inFolder({}, async (folder) => {
    const image = bareImage(qemuBoard, 'console', folder);
    const machine = await qemuTarget(qemuBoard).start(image, { folder });
    try {
      await body(machine, folder, Number(machine.facts['process id']));
    } finally {
      await machine.powerOff();
    }
  });

const test90 = (name: string, body: () => unknown) => test(name, body, { limit });

test90('the first byte that the machine prints is the first of the console', () =>
  withMachine(async ({ console }, folder) => {
    const { before } = await console.expect('ready\n', soon);
    assert.is(before, '');
    assert.is(readFileSync(join(folder, 'console.log'), 'latin1'), 'ready\n');
  }),
);

test90('10,000 lines at full speed arrive whole and in order, also in the logs', () =>
  withMachine(async ({ console }, folder) => {
    await console.expect('ready\n', soon);
    await console.send('f');
    for (let line = 0; line < 10_000; line += 1) {
      const number = String(line).padStart(5, '0');
      const { before } = await console.expect(`line ${number} 0123456789 abcdefghijklmnopqrstuvwxyz\n`, soon);
      if (before !== '') assert.unreachable(`"${before}" before line ${number}`);
    }
    const lines = readFileSync(join(folder, 'console.log'), 'latin1').split('\n');
    assert.is(lines.length, 10_002);
  }),
);

test90('4 KiB that are typed at once come back completely', () =>
  withMachine(async ({ console }) => {
    const typed = Array.from({ length: 4096 }, (_, i) => '0123456789abcde'[(i * 7 + (i >> 8)) % 15]).join('');
    await console.expect('ready\n', soon);
    await console.send(`${typed}.`);
    assert.is((await console.expect('.', soon)).before, typed);
  }),
);

test90("a dead guest kernel ends the wait with the kernel's message", () =>
  withMachine(async ({ console }) => {
    await console.send('p');
    const error = await refusal(console.expect('guest# ', soon));
    assert.is(error.exitCode, 1);
    assert.match(
      error.explain(),
      /console.log:2: guest: the guest kernel panicked\n.*not syncing: asked to\n.*CPU: 0/,
    );
  }),
);

test90('a machine that resets itself ends the wait at once', () =>
  withMachine(async ({ console }) => {
    await console.send('r');
    const error = await refusal(console.expect('guest# ', soon));
    assert.equal([error.exitCode, error.message], [1, 'the machine was reset by the image that it runs']);
  }),
);

test90('a machine that falls silent is the fault of its image', () =>
  withMachine(async (machine) => {
    await machine.console.expect('ready\n', soon);
    await machine.console.send('q');
    const error = await refusal(machine.console.expect('guest# ', { what: 'a prompt', limit, silence: 500 }));
    assert.equal([error.exitCode, error.message], [1, 'silent for 0.5 s while waiting for a prompt']);
    assert.is(await machine.diagnose(), undefined);
  }),
);

test90('a stopped QEMU is found to hang, and is still switched off', () =>
  withMachine(async (machine, _, pid) => {
    await machine.console.expect('ready\n', soon);
    process.kill(pid, 'SIGSTOP');
    assert.is((await machine.diagnose())?.message, 'QEMU hangs');
    await machine.powerOff();
    assert.not(existsSync(`/proc/${pid}`));
  }),
);

test90('a killed QEMU ends the wait with the signal', () =>
  withMachine(async ({ console }, _, pid) => {
    await console.expect('ready\n', soon);
    process.kill(pid, 'SIGKILL');
    const error = await refusal(console.expect('guest# ', soon));
    assert.equal([error.exitCode, error.message, error.detail.got], [3, 'QEMU died', 'ended by SIGKILL']);
  }),
);

/**
 * Runs `vmm-harness boot` on the bare machine, calls `body` once it has printed something, and returns its exit code.
 */
async function booting(folder: string, act: (harness: ChildProcess) => void): Promise<number | null> {
  const image = bareImage(qemuBoard, 'console', folder);
  const args = [cli, 'boot', image, '--config', 'release', '--runs', join(folder, 'runs')];
  const harness = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => harness.on('close', resolve));
  const log = join(folder, 'runs', 'latest', 'console.log');
  while (!existsSync(log) || !readFileSync(log, 'latin1').includes('ready')) {
    assert.is(harness.exitCode, null, 'vmm-harness ended before the machine printed anything');
    await pause(20);
  }
  assert.ok(processes(`file=${image}`).length > 0);
  act(harness);
  return ended;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test90(`${signal} ends vmm-harness with exit code 130 and leaves no QEMU`, () =>
    inFolder({}, async (folder) => {
      assert.is(await booting(folder, (harness) => harness.kill(signal)), 130);
      assert.equal(processes(`file=${folder}`), []);
    }),
  );
}

test90('a killed vmm-harness leaves no QEMU', () =>
  inFolder({}, async (folder) => {
    await booting(folder, (harness) => harness.kill('SIGKILL'));
    while (processes(`file=${folder}`).length > 0) await pause(20);
  }),
);

run();
