// SPDX-License-Identifier: BSD-2-Clause
/** Differential runs: two equal bare machines do not differ, and a difference is found and shrunk. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../../harness/base/error.js';
import { noProgress } from '../../harness/base/progress.js';
import { buildGuest } from '../../harness/differential/build.js';
import { bareMachine, openedMachine } from '../../harness/differential/machine.js';
import { runDifferential } from '../../harness/differential/run.js';
import { actText } from '../../harness/differential/text.js';
import { kinds } from '../../harness/differential/vocabulary/kinds.js';
import { QemuMachine, qemuProgram } from '../../harness/machine/qemu/qemu.js';
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

/** A device tree of the virt machine with its UART alone. QEMU adds the memory. */
function treeOfUart(folder: string): string {
  const file = join(folder, 'guest.dtb');
  const dts = `/dts-v1/; / {
    #address-cells = <2>; #size-cells = <2>; compatible = "linux,dummy-virt";
    pl011@9000000 { compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9000000 0 0x1000>; };
  };`;
  execFileSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', file], { input: dts });
  return file;
}

test('a guest without an interrupt controller that it knows never answers, and its own words are in the error', async () => {
  const { image } = await buildGuest();
  const folder = mkdtempSync(join(tmpdir(), 'vmm-harness-test-'));
  const tree = treeOfUart(folder);
  const board = boards.get('qemu_virt_aarch64') as Board;
  const machine = openedMachine(
    () =>
      QemuMachine.start({
        board,
        image,
        asKernel: true,
        more: ['-dtb', tree],
        qemu: { program: qemuProgram },
      }),
    { name: 'bare machine', patience: 3_000, bootLimit: 3_000 },
  );
  const error = await machine().then(
    () => undefined,
    (cause) => cause,
  );
  rmSync(folder, { recursive: true });
  assert.instance(error, HarnessError);
  assert.is(error.fault, 'infrastructure');
  assert.match(error.message, /never answers/);
  assert.match(error.detail.got, /no interrupt controller that this guest knows/);
});

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
