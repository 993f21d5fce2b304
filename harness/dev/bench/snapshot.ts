// SPDX-License-Identifier: BSD-2-Clause
/** How long a test waits for its guest: from a snapshot of its boot, and for twenty tests including the boot. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { noProgress, step } from '../../base/progress.js';
import { qemuTarget } from '../../machine/qemu/qemu.js';
import { guestPrompt } from '../../run/boot.js';
import { GuestShell } from '../../run/shell.js';
import { buildSystem } from '../../subject/demo/build.js';
import { type Bench, type BenchContext, below, type Figure, median } from './bench.js';
import { cli } from './cli.js';
import { inFolder } from './in-folder.js';

const rounds = 7;
const promptLimit = 500;
const tests = 20;
const suiteLimit = 15_000;

/** Milliseconds from the start of QEMU to the shell's answer, after a first machine has booted and been saved. */
async function fromSnapshot(
  { board, progress }: BenchContext,
  image: string,
  folder: string,
): Promise<number> {
  const snapshot = { state: 'at its prompt', use: true, folder: join(folder, 'snapshots'), note: () => {} };
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    await step(progress, `a machine from a snapshot, round ${round} of ${rounds}`, async () => {
      const begin = performance.now();
      const machine = await qemuTarget(board).start(image, { folder, snapshot });
      try {
        if (machine.snapshot?.begunIn === undefined) {
          await machine.console.expect(guestPrompt, { limit: 120_000 });
          await machine.snapshot?.save();
          return;
        }
        await new GuestShell(machine.console, guestPrompt).run('true');
        times.push(performance.now() - begin);
      } finally {
        await machine.powerOff();
      }
    });
  }
  return median(times);
}

/** Duration in milliseconds of `vmm-harness test` including its boot, which no earlier run has saved. */
async function suiteOfTests(image: string, folder: string): Promise<number> {
  const never = `[^ ]|${folder}`;
  const suite = [
    'name = "bench"',
    `image = ${JSON.stringify(image)}`,
    `boot = [{ until = '/Linux version (${never})/' }]`,
    '[shell]',
    `prompt = ${JSON.stringify(guestPrompt)}`,
  ];
  const one = (index: number) =>
    `test('test ${index}', async ({ guest, expect }) => expect.is(await guest.output('echo ${index}'), '${index}'));`;
  await writeFile(join(folder, 'vmm-suite.toml'), `${suite.join('\n')}\n`);
  const lines = Array.from({ length: tests }, (_, index) => one(index));
  await writeFile(
    join(folder, 'a.test.ts'),
    ["import { test } from 'sel4-vmm-harness/test';", ...lines].join('\n'),
  );
  const begin = performance.now();
  await execa(process.execPath, [cli, 'test', '--sdk', 'minikit'], { cwd: folder, stdio: 'ignore' });
  return performance.now() - begin;
}

export const snapshotBench: Bench = {
  name: 'snapshot',
  about: 'time to a guest that answers from a snapshot, and of a suite of 20 tests with its boot',
  async run(context): Promise<Figure[]> {
    const { board, minikit, progress } = context;
    const { image } = await buildSystem({
      board,
      sdk: minikit,
      config: 'debug',
      vcpus: 1,
      progress: noProgress,
    });
    return inFolder(async (folder) => {
      const prompt = await fromSnapshot(context, image, folder);
      const suite = await step(progress, `a suite of ${tests} tests`, () => suiteOfTests(image, folder));
      return [
        below("guest's answer from a snapshot", 'minikit', prompt, promptLimit),
        below(`suite of ${tests} tests on one image`, 'minikit', suite, suiteLimit),
      ];
    });
  },
};
