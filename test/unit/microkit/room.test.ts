// SPDX-License-Identifier: BSD-2-Clause
/** An image that does not fit is refused before the Microkit tool would panic or the board would fail. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { checkFits, checkPrograms, needsPacking } from '../../../harness/microkit/room.js';
import type { Sdk } from '../../../harness/microkit/sdk.js';
import { qemuBoard } from '../../support/fake-guest.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const board = (name: string) => boards.get(name) as Board;
/** Sizes of Debian's generic kernel, the initrd and the device tree. */
const sizes = [33_000_000, 1_000_000, 2_000];

test('the kernel is packed if and only if there is no room for it below the loader', () => {
  const packed = (name: string) => needsPacking(board(name), sizes);
  assert.equal(['imx8mm_evk', 'imx8mp_evk', 'imx8mq_evk'].map(packed), [true, true, true]);
  assert.equal(['maaxboard', 'odroidc2', 'odroidc4', 'qemu_virt_aarch64'].map(packed), Array(4).fill(false));
});

test('an image is refused if a single byte is beyond the memory', async () => {
  const room = 0xc000_0000 - qemuBoard.loadAddress;
  checkFits(qemuBoard, room, 'x');
  const error = await refusal(() => checkFits(qemuBoard, room + 1, 'loader.img'));
  assert.is(error.exitCode, 2);
  assert.match(
    error.explain(),
    /^loader.img: the image is larger than the memory of qemu_virt_aarch64 allows/,
  );
});

/** An AArch64 ELF file with one segment of `memory` bytes at `address`, and optionally a symbol. */
function elf(address: number, memory: number, symbol?: { name: string; value: number }): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(183, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(1, 64);
  bytes.writeBigUInt64LE(BigInt(address), 64 + 16);
  bytes.writeBigUInt64LE(BigInt(address), 64 + 24);
  bytes.writeBigUInt64LE(BigInt(memory), 64 + 40);
  if (symbol === undefined) return bytes;
  const [sections, symbols, names] = [128, 320, 400];
  bytes.writeBigUInt64LE(BigInt(sections), 40);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(3, 60);
  const section = (index: number, type: number, at: number, size: number, link: number) => {
    const from = sections + index * 64;
    bytes.writeUInt32LE(type, from + 4);
    bytes.writeBigUInt64LE(BigInt(at), from + 24);
    bytes.writeBigUInt64LE(BigInt(size), from + 32);
    bytes.writeUInt32LE(link, from + 40);
  };
  section(1, 2, symbols, 24, 2);
  section(2, 3, names, 16, 0);
  bytes.writeUInt32LE(1, symbols);
  bytes.writeBigUInt64LE(BigInt(symbol.value), symbols + 8);
  bytes.write(symbol.name, names + 1);
  return bytes;
}

/** `checkPrograms` for a VMM of `memory` bytes, with a kernel of 2 MiB at the beginning of memory. */
function measured(memory: number, name = 'imx8mm_evk', provider: Sdk['provider'] = 'microkit') {
  return inFolder({}, async (folder) => {
    const dir = join(folder, 'sdk');
    const programs = join(dir, 'board', name, 'debug', 'elf');
    await mkdir(programs, { recursive: true });
    const base = 0x4000_0000;
    await writeFile(
      join(programs, 'sel4.elf'),
      elf(base, 0x1000, { name: 'ki_end', value: base + 0x20_0000 }),
    );
    await writeFile(join(folder, 'vmm.elf'), elf(0x20_0000, memory));
    await writeFile(join(folder, 'Image'), Buffer.alloc(3 << 20));
    const sdk: Sdk = { name: 'x', provider, dir, version: '2.0.1', source: '--sdk', boards: new Map() };
    return checkPrograms({ board: board(name), sdk, config: 'debug' }, join(folder, 'vmm.elf'), {
      kernel: join(folder, 'Image'),
    });
  });
}

/** 16 MiB below the loader, less 2 MiB for the kernel and the reserve. */
const most = 0x100_0000 - 0x20_0000 - 0x4_0000;

test('programs may fill the memory between kernel and loader', async () => {
  assert.equal(await measured(most), { programs: most, room: most });
});

test('programs that would overlap the loader are refused, with the sizes of their contents', async () => {
  const error = await refusal(measured(most + 1));
  assert.is(error.exitCode, 2);
  assert.match(error.message, 'do not fit below the loader of imx8mm_evk');
  assert.match(
    error.detail.expected ?? '',
    'at most 13.8 MiB: the kernel ends at 0x40200000, the loader is at 0x41000000',
  );
  assert.match(error.detail.got ?? '', '13.8 MiB: kernel 3.0 MiB');
  assert.match(error.detail.wayOut ?? '', '--kernel');
});

test('an SDK that places programs after its image is not measured', async () => {
  assert.is(await measured(most + 1, 'imx8mm_evk', 'minikit'), undefined);
});

run();
