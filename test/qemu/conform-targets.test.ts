// SPDX-License-Identifier: BSD-2-Clause
/** Targets that go wrong: each is told from the others, and none but the VMM's own death is its failure. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../../harness/base/error.js';
import { Engine, type Verdict } from '../../harness/conform/engine.js';
import { QemuTier } from '../../harness/conform/qemu-tier.js';
import { defaultConfig } from '../../harness/model/index.js';
import type { Behaviour } from '../support/fake-target.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const script = join(fileURLToPath(import.meta.url), '..', '..', 'support', 'fake-target.js');

/** A tier with the fake target; `build` is what it is expected to greet with. */
const start = (behaviour: Behaviour, build = 0x1234): Promise<QemuTier> =>
  QemuTier.start({
    ...{ board, image: 'none', build, name: 'qemu', on: 'nothing', qemu: { program: process.execPath } },
    ...{ arguments: [script, behaviour], bootLimit: 2_000, patience: 200 },
  });

/** Runs one case on it. */
async function runCase(behaviour: Behaviour): Promise<Verdict | undefined> {
  const tier = await start(behaviour);
  try {
    const engine = new Engine(tier, defaultConfig);
    const [verdict] = await engine.run([{ vcpus: 1, page: false, steps: [{ op: 'init', cpu: 0 }] }]);
    return verdict;
  } finally {
    await tier.stop();
  }
}

test('an agent that never answers is an error with what the target printed', async () => {
  const error = await refusal(start('silent'));
  assert.is(error.fault, 'infrastructure');
  assert.match(error.explain(), /silent.*never greeted.*nothing on its console/s);
});

test('an agent of another build, or of another protocol, is refused with both numbers', async () => {
  const build = await refusal(start('other build'));
  assert.match(build.explain(), /of another build.*expected: build 1234.*got: {6}build 5678/s);
  assert.is(build.fault, 'infrastructure');
  const protocol = await refusal(start('other protocol'));
  assert.match(protocol.explain(), /of another build.*expected: protocol [0-9a-f]+/s);
});

test('a target that resets, dies or stops in the middle is an error: no failure of the VMM, no pass', async () => {
  const told: [Behaviour, RegExp][] = [
    ['resets', /the machine was reset by what runs on it/],
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
  assert.match(died?.failure?.words ?? '', /protection domain 'agent'/);
  const silent = await runCase('falls silent');
  assert.is(silent?.failure?.broken.got, 'it no longer answers');
});

test('a program that can not be started is no target', async () => {
  const none = {
    board,
    image: 'none',
    build: 0,
    name: 'qemu',
    on: '',
    qemu: { program: '/nonexistent/qemu' },
  };
  const error = await refusal(QemuTier.start(none));
  assert.instance(error, HarnessError);
  assert.is(error.fault, 'infrastructure');
  assert.match(error.explain(), /QEMU died.*nonexistent/s);
});

run();
