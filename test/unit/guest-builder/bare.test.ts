// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { bareGuests, buildBareGuest, guestBoardHeader } from '../../../guest-builder/bare.js';
import { imageHeader } from '../../../guest-builder/linux/image.js';
import { run, test } from '../../support/test.js';
import { errorOf, withFolder } from './samples.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');

for (const name of bareGuests) {
  test(`the ${name} guest is an arm64 Image that declares its memory size`, () =>
    withFolder(async (dir) => {
      const { image, elf, entry } = await buildBareGuest(name, board, dir);
      const { textOffset, imageSize } = imageHeader(readFileSync(image), image);
      assert.is(board.guest.ram.base + textOffset, entry);
      const { stdout } = execaSync('aarch64-linux-gnu-nm', [elf]);
      const symbol = (wanted: string) =>
        Number.parseInt(new RegExp(`(\\w+) \\w ${wanted}$`, 'm').exec(stdout)?.[1] ?? '', 16);
      assert.is(symbol('_start'), entry);
      assert.is(symbol('_image_end') - symbol('_start'), imageSize);
      assert.ok(symbol('_stack_top') <= symbol('_image_end'));
    }));
}

test('the same sources make the same image', () =>
  withFolder(async (dir) => {
    const build = async (out: string) =>
      readFileSync((await buildBareGuest('bench', board, join(dir, out))).image);
    assert.ok((await build('one')).equals(await build('two')));
  }));

for (const { name, uart, gic } of boards.values()) {
  test(`bare-metal guests can be built for ${name}, whose GICv${gic.version} and ${uart.kind} UART they drive`, () =>
    withFolder(async (dir) => {
      const other = boards.get(name);
      assert.ok(other);
      assert.ok(readFileSync((await buildBareGuest('bench', other, dir)).image).length > 0);
    }));
}

test("the guests' header has the board's addresses", () => {
  const header = guestBoardHeader({ ...board, uart: { ...board.uart, base: 0x1234_5000 } });
  assert.match(header, '#define GUEST_UART_BASE 0x12345000');
  assert.match(header, '#define GUEST_VTIMER_INTID 27');
});

test("a guest that does not compile is an error with the compiler's message", () =>
  withFolder(async (dir) => {
    const error = await errorOf(() => buildBareGuest('hostile', board, dir, { try_values: 1 }));
    assert.is(error.exitCode, 4);
    assert.match(error.detail.got ?? '', 'try_values');
  }));

test('a missing compiler is reported as such', () =>
  withFolder(async (dir) => {
    const { PATH } = process.env;
    try {
      process.env.PATH = dir;
      const error = await errorOf(() => buildBareGuest('bench', board, join(dir, 'out')));
      assert.is(error.exitCode, 3);
      assert.match(error.detail.wayOut ?? '', 'gcc-aarch64-linux-gnu');
    } finally {
      process.env.PATH = PATH;
    }
  }));

run();
