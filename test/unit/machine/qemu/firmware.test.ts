// SPDX-License-Identifier: BSD-2-Clause
/** The firmware of QEMU's i.MX8 machine: assembled for each board, at its address, with the board's addresses. */
import { readFileSync, statSync } from 'node:fs';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import type { Board } from '../../../../boards/board.js';
import { boards } from '../../../../boards/index.js';
import { loaders, qemuArguments, qemuByHand } from '../../../../harness/machine/qemu/arguments.js';
import { firmwareFor } from '../../../../harness/machine/qemu/firmware.js';
import { readElf } from '../../../../harness/system/elf.js';
import { qemuBoard } from '../../../support/fake-guest.js';
import { inFolder } from '../../../support/folder.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

const imx8 = [...boards.values()].filter(({ qemu }) => qemu?.firmware === 'imx8');
const board = (name: string) => boards.get(name) as Board;

test('every i.MX8 board has it', () => {
  const names = imx8.map(({ name }) => name);
  for (const name of ['imx8mm_evk', 'imx8mp_evk', 'imx8mq_evk', 'maaxboard'])
    assert.ok(names.includes(name), name);
});

for (const one of imx8) {
  test(`the firmware for ${one.name} is in on-chip RAM and contains the board's addresses`, () =>
    inFolder({}, async (folder) => {
      const path = (await firmwareFor(one, folder)) ?? '';
      const { entry, segments } = readElf(path, readFileSync(path));
      assert.equal([entry, segments.map(({ vaddr }) => vaddr)], [0x97_0000, [0x97_0000]]);
      const { stdout } = execaSync('aarch64-linux-gnu-objdump', ['-d', path]);
      const words = [...stdout.matchAll(/\.word\t0x([0-9a-f]{8})/g)].map(([, word]) => Number(`0x${word}`));
      assert.ok(words.includes(one.loadAddress), 'the load address');
      assert.ok(words.includes(one.gic.distributor), 'GICD_CTLR');
      assert.ok(one.gic.version === 3 && words.includes(one.gic.redistributor + 0x14), 'GICR_WAKER');
      assert.match(stdout, /\teret\n/);
    }));
}

const twoStates: [name: string, at: number][] = [
  ['zcu102', 0xfffe_a000],
  ['rpi4b_1gb', 0],
];
for (const [name, at] of twoStates) {
  test(`the firmware for ${name} is where the board's own is, and knows its GICv2 and its load address`, () =>
    inFolder({}, async (folder) => {
      const { gic, loadAddress } = board(name);
      const path = (await firmwareFor(board(name), folder)) ?? '';
      const { entry, segments } = readElf(path, readFileSync(path));
      assert.equal([entry, segments.map(({ vaddr }) => vaddr)], [at, [at]]);
      const { stdout } = execaSync('aarch64-linux-gnu-objdump', ['-d', path]);
      const words = [...stdout.matchAll(/\.word\t0x([0-9a-f]{8})/g)].map(([, word]) => Number(`0x${word}`));
      assert.ok(words.includes(loadAddress), 'the load address');
      assert.ok(words.includes(gic.distributor + 0x80), 'GICD_IGROUPR');
      assert.ok(gic.version === 2 && words.includes(gic.cpuInterface + 0x04), 'GICC_PMR');
    }));
}

test('a firmware for another interrupt controller is refused', () =>
  inFolder({}, async (folder) => {
    const { qemu, ...rest } = board('zcu102');
    const wrong = { ...rest, ...(qemu && { qemu: { ...qemu, firmware: 'imx8' as const } }) };
    const error = await refusal(firmwareFor(wrong, folder));
    assert.match(error.message, /is for another interrupt controller/);
    assert.is(error.detail.where, 'boards/zcu102');
  }));

for (const name of ['imx8mp_evk', 'zcu102', 'rpi4b_1gb']) {
  test(`the firmware for ${name} answers a secure monitor call at VBAR_EL3, and changes no register besides x0`, () =>
    inFolder({}, async (folder) => {
      const path = (await firmwareFor(board(name), folder)) ?? '';
      const { symbols } = readElf(path, readFileSync(path));
      const vectors = symbols.get('vectors')?.value ?? 1;
      assert.is(vectors % 0x800, 0);
      const { stdout } = execaSync('aarch64-linux-gnu-objdump', [
        '-d',
        `--start-address=${vectors + 0x400}`,
        path,
      ]);
      const [, handler = ''] = /msr\ttpidr_el3, x1\n([\s\S]*)mrs\tx1, tpidr_el3\n.*\teret/.exec(stdout) ?? [];
      assert.match(handler, /mov\tx1, #0x84000000[\s\S]*csel\tx0, x1, x0, eq/);
      const written = [...handler.matchAll(/\t(?:mov|csel)\t(x\d+)/g)].map(([, register]) => register);
      assert.equal([...new Set(written)].sort(), ['x0', 'x1'], 'x1 is kept in TPIDR_EL3');
    }));
}

test('it is assembled once', () =>
  inFolder({}, async (folder) => {
    const path = (await firmwareFor(board('maaxboard'), folder)) ?? '';
    const { mtimeMs } = statSync(path);
    assert.is(await firmwareFor(board('maaxboard'), folder), path);
    assert.is(statSync(path).mtimeMs, mtimeMs);
  }));

test('a machine that enters images at EL2 by itself has none', async () => {
  assert.is(await firmwareFor(qemuBoard, '/no/such/folder'), undefined);
});

test('without the assembler it is an error of the machine, and the way out is named', () =>
  inFolder({}, async (folder) => {
    const { PATH } = process.env;
    process.env.PATH = '/nowhere';
    try {
      const error = await refusal(firmwareFor(board('maaxboard'), folder));
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), 'aarch64-linux-gnu-gcc');
    } finally {
      process.env.PATH = PATH;
    }
  }));

test('the image is at its load address, and the CPU begins in the firmware', () => {
  assert.equal(loaders(board('imx8mp_evk'), '/a,b.img', '/fw.elf'), [
    ...['-device', 'loader,file=/a,,b.img,addr=0x41000000,force-raw=on'],
    ...['-device', 'loader,file=/fw.elf,cpu-num=0'],
  ]);
});

const load = (name: string) => loaders(board(name), '/x.img', '/fw.elf');

test("the console is on the board's own UART", () => {
  const line = (name: string) => qemuArguments(board(name), load(name)).join(' ');
  assert.match(line('imx8mp_evk'), /-m 6144 .*-serial null -serial chardev:console/);
  assert.match(line('maaxboard'), /-m 2048 .*,fd=3 -serial chardev:console/);
});

test('by hand it is the same machine, with the console on the terminal', () => {
  assert.is(
    qemuByHand(board('imx8mm_evk'), '/q', load('imx8mm_evk')),
    '/q -machine imx8mp-evk -cpu cortex-a53 -m 3072 -display none -serial null -serial mon:stdio -nic none ' +
      '-device loader,file=/x.img,addr=0x41000000,force-raw=on -device loader,file=/fw.elf,cpu-num=0',
  );
});

run();
