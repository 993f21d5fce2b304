// SPDX-License-Identifier: BSD-2-Clause
/** Targets that fail. Each failure is distinguished, and only the VMM's own death counts as its failure. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../../harness/base/error.js';
import { Engine, type Judgement } from '../../harness/conform/engine.js';
import { MachineTier } from '../../harness/conform/machine-tier.js';
import { QemuMachine } from '../../harness/machine/qemu/qemu.js';
import { defaultConfig } from '../../harness/model/index.js';
import type { Behaviour } from '../support/fake-target.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const script = join(fileURLToPath(import.meta.url), '..', '..', 'support', 'fake-target.js');

const folder = mkdtempSync(join(tmpdir(), 'conform-targets-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A program that is started like QEMU and behaves like this. */
function fakeQemu(behaviour: Behaviour): string {
  const program = join(folder, behaviour.replaceAll(' ', '-'));
  const text = `#!/bin/sh\nexec ${process.execPath} ${script} '${behaviour}' "$@"\n`;
  writeFileSync(program, text, { mode: 0o755 });
  return program;
}

/** A tier that runs `program`; `build` is the expected build number in its greeting. */
const startProgram = (program: string, build: number): Promise<MachineTier> =>
  MachineTier.start({
    machine: () => QemuMachine.start({ board, image: 'none', qemu: { program } }),
    build,
    name: 'qemu',
    on: 'nothing',
    bootLimit: 2_000,
    patience: 200,
  });

const start = (behaviour: Behaviour, build = 0x1234) => startProgram(fakeQemu(behaviour), build);

/** Runs one case on it. */
async function runCase(behaviour: Behaviour): Promise<Judgement | undefined> {
  const tier = await start(behaviour);
  try {
    const engine = new Engine(tier, defaultConfig);
    const [verdict] = await engine.run([{ vcpus: 1, page: false, steps: [{ op: 'init', cpu: 0 }] }]);
    return verdict;
  } finally {
    await tier.stop();
  }
}

test("an agent that never answers is an error with the target's output", async () => {
  const error = await refusal(start('silent'));
  assert.is(error.fault, 'infrastructure');
  assert.match(error.explain(), /silent.*never greeted.*nothing on its console/s);
});

test('an agent of another build, or of another protocol, is refused with both numbers', async () => {
  const build = await refusal(start('other build'));
  assert.match(build.explain(), /does not match this harness.*expected: build 1234.*got: {6}build 5678/s);
  assert.is(build.fault, 'infrastructure');
  const protocol = await refusal(start('other protocol'));
  assert.match(protocol.explain(), /does not match this harness.*expected: protocol [0-9a-f]+/s);
});

test('a target that resets, dies or stops in the middle is an error: neither a failure of the VMM nor a pass', async () => {
  const told: [Behaviour, RegExp][] = [
    ['resets', /the machine was reset by the image that it runs/],
    ['dies', /QEMU died.*SIGSEGV/s],
    ['greets again', /the target was reset/],
    ['its kernel stops', /the target has died.*seL4 failed assertion/s],
  ];
  for (const [behaviour, why] of told) {
    const error = await refusal(runCase(behaviour));
    assert.is(error.fault, 'infrastructure', behaviour);
    assert.match(error.explain(), why);
  }
});

test("the VMM's own death, and its silence, are its failure once they repeat", async () => {
  const died = await runCase('its agent dies');
  assert.is(died?.failure?.broken.rule.id, 'robust.alive');
  assert.match(died?.failure?.output ?? '', /protection domain 'agent'/);
  const silent = await runCase('falls silent');
  assert.is(silent?.failure?.broken.got, 'it no longer answers');
});

test('a program that cannot be started is not a target', async () => {
  const error = await refusal(startProgram('/nonexistent/qemu', 0));
  assert.instance(error, HarnessError);
  assert.is(error.fault, 'infrastructure');
  assert.match(error.explain(), /nonexistent\/qemu cannot be started/);
});

run();
