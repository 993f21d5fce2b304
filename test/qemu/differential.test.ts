// SPDX-License-Identifier: BSD-2-Clause
/** Differential runs: two equal bare machines do not differ, and a difference is found and shrunk. */
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { noProgress } from '../../harness/base/progress.js';
import { buildGuest } from '../../harness/differential/build.js';
import { bareMachine } from '../../harness/differential/machine.js';
import { runDifferential } from '../../harness/differential/run.js';
import { actText } from '../../harness/differential/text.js';
import { kinds } from '../../harness/differential/vocabulary/kinds.js';
import { run, test } from '../support/test.js';

const every = kinds.map(({ name }) => name);

async function runPair(otherCpu: string, of: readonly string[], programs: number, cpus = 1) {
  const { image } = await buildGuest();
  const machine = (cpu: string) =>
    bareMachine(image, { of: boards.get('qemu_virt_aarch64') as Board, cpus, cpu }, { name: cpu });
  const make = async () => ({ bare: machine('cortex-a53'), vmm: machine(otherCpu) });
  const machines = { name: otherCpu, takesBatches: false, losesPar: false, sharesDebug: false, make };
  const vocabulary = { kinds: of, acts: 30, gic: 2, cpus } as const;
  const signal = new AbortController().signal;
  return runDifferential({
    machines,
    table: [],
    vocabulary,
    seed: 7,
    programs,
    progress: noProgress,
    signal,
  });
}

test(
  'a bare machine does not differ from itself, whatever the programs do',
  async () => {
    const { found, programs, setAside } = await runPair('cortex-a53', every, 60);
    assert.equal(
      found.map(({ program }) => program.acts.map(actText)),
      [],
    );
    assert.is(programs, 60);
    assert.is(setAside, 0);
  },
  { limit: 120_000 },
);

test(
  'nor does one with four CPUs, which switch each other off and on and send interrupts',
  async () => {
    const { found, programs, setAside } = await runPair('cortex-a53', every, 40, 4);
    assert.equal(
      found.map(({ program }) => program.acts.map(actText)),
      [],
    );
    assert.is(programs, 40);
    assert.is(setAside, 0);
  },
  { limit: 120_000 },
);

test(
  'another CPU is distinguished, and the program that shows it is one instruction long',
  async () => {
    const { found } = await runPair('cortex-a72', ['reads'], 40);
    const [first] = found;
    assert.ok(first);
    assert.is(first.program.acts.length, 1);
    assert.match(actText(first.program.acts[0] as never), /mrs/);
  },
  { limit: 120_000 },
);

run();
