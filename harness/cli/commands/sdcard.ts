// SPDX-License-Identifier: BSD-2-Clause
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { requirePlaceFor } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { temporaryFolder } from '../../base/temporary.js';
import { makeCard } from '../../machine/board/uboot/sdcard.js';
import { type StartMethod, startMethods } from '../../machine/board/uboot/settings.js';
import { text } from '../arguments.js';
import type { Arguments, Command } from '../command.js';
import { boardOf, buildOptions } from '../options.js';
import { imageOf } from './boot.js';

function startOf(args: Arguments): StartMethod {
  const given = text(args, 'start') ?? 'go';
  const method = startMethods.find((one) => one === given);
  if (method) return method;
  throw new HarnessError('usage', `there is no start method ${given}`, {
    expected: `one of ${startMethods.join(', ')}`,
  });
}

/** `FILE` for the offset at which the board's boot ROM looks, or `FILE@33792`, or `FILE@33K`. */
function bootloaderOf(args: Arguments, board: Board): { file: string; offset: number } | undefined {
  const given = text(args, 'bootloader');
  if (given === undefined) return undefined;
  const [, placed, number = '', unit = ''] = /^(.+)@(\d+)([KM]?)$/.exec(given) ?? [];
  const factor = { K: 1 << 10, M: 1 << 20 }[unit] ?? 1;
  if (placed !== undefined) return { file: placed, offset: Number(number) * factor };
  if (board.cardLoader !== undefined) return { file: given, offset: board.cardLoader };
  throw new HarnessError('usage', `the place where ${board.name} looks for a boot loader is unknown`, {
    expected: 'FILE@BYTES, such as flash.bin@33K',
    got: given,
  });
}

export const command: Command = {
  name: 'sdcard',
  summary: 'an SD card image that boots a board without any cable',
  options: {
    ...buildOptions,
    output: { value: 'FILE', about: 'the card image; default card.img', short: 'o' },
    start: {
      value: 'HOW',
      about: `${startMethods.join(', ')}: how U-Boot starts the image; default go`,
    },
    bootloader: {
      value: 'FILE[@BYTES]',
      about:
        "the board's U-Boot, placed where its boot ROM looks for it, or at a given offset: flash.bin@33K",
    },
  },
  positionals: [
    { name: 'IMAGE', about: 'an image made by the Microkit tool; built by default', optional: true },
  ],
  example: 'vmm-harness sdcard --board imx8mm_evk -o card.img --bootloader flash.bin',
  async run(args, context) {
    const { print } = context;
    const board = boardOf(args);
    const [start, bootloader] = [startOf(args), bootloaderOf(args, board)];
    const output = resolve(text(args, 'output') ?? 'card.img');
    await requirePlaceFor(output, '--output');
    const image = await imageOf(args, context);
    const folder = await temporaryFolder('sdcard');
    try {
      print(`${output}: ${await makeCard({ image, board, start, output, folder, bootloader })}`);
      return 0;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
