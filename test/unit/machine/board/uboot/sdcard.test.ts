// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../../../../boards/board.js';
import { boards } from '../../../../../boards/index.js';
import { type CardOptions, makeCard } from '../../../../../harness/machine/board/uboot/sdcard.js';
import { inFolder } from '../../../../support/folder.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const mebi = 1 << 20;
const image = Buffer.alloc(3 * mebi, 'sixteen bytes...');
/** No two parts of it are alike. */
const loader = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7 + (n >> 8)) & 0xff));
const nowhere = 'none.bin';

/** A card for a board in `folder`, with the loader at `offset` if given. */
async function card(folder: string, board: Board, more: Partial<CardOptions> = {}): Promise<Buffer> {
  writeFileSync(join(folder, 'image'), image);
  writeFileSync(join(folder, 'flash.bin'), loader);
  const output = join(folder, 'card.img');
  const options = { image: join(folder, 'image'), board, start: 'go' as const, output, folder };
  await makeCard({ ...options, ...more });
  return readFileSync(output);
}

const boardNamed = (name: string) => boards.get(name) as Board;
const fromCard = (folder: string, name: string) =>
  execFileSync('mtype', ['-i', `${join(folder, 'card.img')}@@${16 * mebi}`, `::${name}`], {
    maxBuffer: 8 * mebi,
  });

for (const name of ['imx8mm_evk', 'odroidc2']) {
  test(`a card for ${name} has one active FAT32 partition with the image and a script that starts it`, () =>
    inFolder({}, async (folder) => {
      const board = boardNamed(name);
      const bytes = await card(folder, board);
      assert.equal([bytes[510], bytes[511]], [0x55, 0xaa]);
      assert.equal([bytes[446], bytes[450], bytes.readUInt32LE(454)], [0x80, 0x0c, (16 * mebi) / 512]);
      assert.ok(fromCard(folder, 'image.img').equals(image));
      const at = `0x${board.loadAddress.toString(16)}`;
      const script = fromCard(folder, 'boot.scr').toString('latin1');
      assert.match(script, new RegExp(`load .* ${at} image\\.img; then go ${at}; fi`));
    }));
}

const inPlaces: [name: string, offset: number][] = [
  ['imx8mm_evk', 0x8400],
  ['imx8mq_evk', 0x8400],
  ['maaxboard', 0x8400],
  ['imx8mp_evk', 0x8000],
];
for (const [name, offset] of inPlaces) {
  test(`the boot ROM of ${name} finds its loader at byte ${offset}, and the partition is unchanged`, () =>
    inFolder({}, async (folder) => {
      const board = boardNamed(name);
      assert.is(board.cardLoader, offset);
      const bootloader = { file: join(folder, 'flash.bin'), offset };
      const bytes = await card(folder, board, { bootloader });
      assert.ok(bytes.subarray(offset, offset + loader.length).equals(loader));
      assert.equal([bytes[510], bytes[511]], [0x55, 0xaa]);
      assert.ok(fromCard(folder, 'image.img').equals(image));
    }));
}

test('a loader that begins with the card leaves out the partition table', () =>
  inFolder({}, async (folder) => {
    const board = boardNamed('odroidc4');
    assert.is(board.cardLoader, 0);
    const without = await card(folder, board);
    const bytes = await card(folder, board, { bootloader: { file: join(folder, 'flash.bin'), offset: 0 } });
    assert.ok(bytes.subarray(0, 440).equals(loader.subarray(0, 440)));
    assert.ok(bytes.subarray(446, 512).equals(without.subarray(446, 512)));
    assert.ok(bytes.subarray(512, loader.length).equals(loader.subarray(512)));
  }));

const refused: [what: string, bootloader: { file: string; offset: number }, words: RegExp][] = [
  ['into the partition', { file: 'flash.bin', offset: 16 * mebi - 4_999 }, /does not fit before the part/],
  [
    'over the partition table',
    { file: 'flash.bin', offset: 511 },
    /does not fit[\s\S]*got: +byte 511 to 5511/,
  ],
  ['from nowhere', { file: nowhere, offset: 0x8400 }, /none\.bin: the boot loader cannot be read/],
];
for (const [what, { file, offset }, words] of refused) {
  test(`a loader ${what} is a usage error, and no card is made`, () =>
    inFolder({}, async (folder) => {
      const bootloader = { file: join(folder, file), offset };
      const error = await refusal(card(folder, boardNamed('imx8mm_evk'), { bootloader }));
      assert.match(error.explain(), words);
      assert.is(error.exitCode, 2);
      assert.equal(
        ['card.img', 'card.img.partial'].filter((name) => existsSync(join(folder, name))),
        [],
      );
    }));
}

run();
